{{/* Mistakes about pods, continuing _checks.tpl. */}}
{{- define "odoo-gateway.podMistakes" -}}
{{- $needed := add .Values.preStopSleepSeconds 21 }}
{{- if lt (int .Values.terminationGracePeriodSeconds) (int $needed) }}
terminationGracePeriodSeconds: at least {{ $needed }}, or calls are cut off: preStopSleepSeconds, and 20 in which the gateway finishes its calls
{{- end }}
{{- $volumes := include "odoo-gateway.ownVolumes" . | fromYamlArray }}
{{- range .Values.extraVolumes }}
{{- if has .name $volumes }}
extraVolumes: {{ .name }}: the chart has a volume of this name; choose another
{{- end }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) }}
metrics.serviceMonitor.enabled: set metrics.enabled, too; there is nothing to scrape
{{- end }}
{{- end }}

{{/* Of updates and drains: pods have to be able to go. */}}
{{- define "odoo-gateway.replacementMistakes" -}}
{{- $rolling := default dict .Values.strategy.rollingUpdate }}
{{- $none := list "0" "0%" }}
{{- if and (eq .Values.strategy.type "RollingUpdate") (has (toString $rolling.maxSurge) $none) (has (toString $rolling.maxUnavailable) $none) }}
strategy.rollingUpdate: set maxSurge or maxUnavailable above 0, or no pod can ever be replaced
{{- end }}
{{- $pods := include "odoo-gateway.leastPods" . | int }}
{{- with .Values.podDisruptionBudget }}
{{- $stay := ne (include "odoo-gateway.text" .minAvailable) "" }}
{{- if and .enabled (not $stay) (eq (include "odoo-gateway.text" .maxUnavailable) "") }}
podDisruptionBudget: set maxUnavailable or minAvailable
{{- else if and .enabled (gt $pods 0) }}
{{- $away := ternary (sub $pods (include "odoo-gateway.podsOf" (dict "amount" .minAvailable "pods" $pods) | int)) (include "odoo-gateway.podsOf" (dict "amount" .maxUnavailable "pods" $pods) | int64) $stay }}
{{- if lt (int $away) 1 }}
podDisruptionBudget.{{ ternary "minAvailable" "maxUnavailable" $stay }}: lets none of {{ $pods }} pods go, so no node can be drained; set another, more pods, or podDisruptionBudget.enabled=false
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.portMistakes" -}}
{{- if eq (int .Values.containerPort) (int .Values.metrics.port) }}
metrics.port: has to differ from containerPort
{{- end }}
{{- if has (int .Values.probes.port) (list (int .Values.containerPort) (int .Values.metrics.port)) }}
probes.port: has to differ from containerPort and metrics.port
{{- end }}
{{- end }}

{{- define "odoo-gateway.scalingMistakes" -}}
{{- $resources := default dict .Values.resources }}
{{- $cpu := or (dig "requests" "cpu" "" $resources) (dig "limits" "cpu" "" $resources) }}
{{- $most := include "odoo-gateway.mostInFlight" . | int }}
{{- with .Values.autoscaling }}
{{- if and .enabled (not .targetCPUUtilizationPercentage) (not .targetInFlight) }}
autoscaling: set targetCPUUtilizationPercentage or targetInFlight
{{- end }}
{{- if and .enabled .targetCPUUtilizationPercentage (not $cpu) }}
autoscaling.targetCPUUtilizationPercentage: set resources.requests.cpu, of which it is a percentage, or 0
{{- end }}
{{- if lt (int .maxReplicas) (int .minReplicas) }}
autoscaling.maxReplicas: at least autoscaling.minReplicas
{{- end }}
{{- /* The autoscaler lets a tenth pass. */}}
{{- $capped := eq .inFlightMetric "odoo_gateway_upstream_in_flight" }}
{{- if and .enabled $capped (ge (mul 11 .targetInFlight) (mul 10 $most)) }}
autoscaling.targetInFlight: a pod never has more than {{ $most }} calls in flight (max_in_flight of all instances), so this never adds a pod; set less than 10/11 of that, or inFlightMetric=odoo_gateway_upstream_waiting
{{- end }}
{{- end }}
{{- end }}
