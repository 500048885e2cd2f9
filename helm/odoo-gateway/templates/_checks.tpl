{{/* What a schema cannot say of values: every mistake at once, a line each. */}}
{{- define "odoo-gateway.mistakes" -}}
{{- include "odoo-gateway.instanceMistakes" . }}
{{- include "odoo-gateway.callerMistakes" . }}
{{- include "odoo-gateway.tlsMistakes" . }}
{{- include "odoo-gateway.podMistakes" . }}
{{- end }}

{{- define "odoo-gateway.instanceMistakes" -}}
{{- if not .Values.instances }}
instances: name at least one Odoo, for example instances.default with url, database, username and credentials.existingSecret
{{- end }}
{{- range $name, $instance := .Values.instances }}
{{- if not (or (dig "credentials" "existingSecret" "" $instance) (and $.Values.secret.create (hasKey $.Values.secret.data $name))) }}
instances.{{ $name }}.credentials.existingSecret: name the Secret that holds the credential (for trials: secret.create and secret.data.{{ $name }})
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.secret.data }}
{{- if not (hasKey $.Values.instances $name) }}
secret.data.{{ $name }}: there is no such instance; use a name of instances
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.callerMistakes" -}}
{{- $certificates := and .Values.tls.enabled (ne .Values.tls.clientAuth.mode "none") }}
{{- range $name, $caller := .Values.callers }}
{{- range $caller.instances }}
{{- if not (hasKey $.Values.instances .) }}
callers.{{ $name }}.instances: there is no instance {{ . }}; use a name of instances
{{- end }}
{{- end }}
{{- if and $caller.certificates (not $certificates) }}
callers.{{ $name }}.certificates: set tls.enabled and tls.clientAuth.mode, or certificates are never asked for
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.tlsMistakes" -}}
{{- with .Values.tls }}
{{- if and .enabled (not .existingSecret) (not .certManager.enabled) }}
tls.existingSecret: name the Secret with the certificate, or set tls.certManager.enabled
{{- end }}
{{- if and .existingSecret .certManager.enabled }}
tls.existingSecret: leave it empty where tls.certManager makes the certificate
{{- end }}
{{- if and .certManager.enabled (not .enabled) }}
tls.certManager.enabled: set tls.enabled, too, or the certificate has no use
{{- end }}
{{- if and .certManager.enabled (not .certManager.issuerRef.name) }}
tls.certManager.issuerRef.name: name the issuer
{{- end }}
{{- if and (ne .clientAuth.mode "none") (not .enabled) }}
tls.clientAuth.mode: set tls.enabled, too; without TLS clients have no certificates
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.podMistakes" -}}
{{- $needed := add .Values.preStopSleepSeconds 21 }}
{{- if lt (int .Values.terminationGracePeriodSeconds) (int $needed) }}
terminationGracePeriodSeconds: at least {{ $needed }}, or calls are cut off: preStopSleepSeconds, and 20 in which the gateway finishes its calls
{{- end }}
{{- with .Values.autoscaling }}
{{- if and .enabled (not .targetCPUUtilizationPercentage) (not .targetInFlight) }}
autoscaling: set targetCPUUtilizationPercentage or targetInFlight
{{- end }}
{{- if lt (int .maxReplicas) (int .minReplicas) }}
autoscaling.maxReplicas: at least autoscaling.minReplicas
{{- end }}
{{- end }}
{{- if and .Values.metrics.serviceMonitor.enabled (not .Values.metrics.enabled) }}
metrics.serviceMonitor.enabled: set metrics.enabled, too; there is nothing to scrape
{{- end }}
{{- if eq (int .Values.service.port) (int .Values.metrics.port) }}
metrics.port: has to differ from service.port
{{- end }}
{{- if has (int .Values.probes.port) (list (int .Values.service.port) (int .Values.metrics.port)) }}
probes.port: has to differ from service.port and metrics.port
{{- end }}
{{- end }}

{{- define "odoo-gateway.check" -}}
{{- with include "odoo-gateway.mistakes" . | trim -}}
{{- fail (printf "values need correction:\n%s" .) -}}
{{- end -}}
{{- end }}
