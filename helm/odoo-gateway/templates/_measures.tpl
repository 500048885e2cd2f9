{{/* A duration (in ms) or size (in bytes) of the gateway's configuration, as a number; takes its text. */}}
{{- define "odoo-gateway.measure" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "" 1 "B" 1 "KiB" 1024 "MiB" 1048576 "GiB" 1073741824 -}}
{{- mulf (regexFind "^[0-9]+" . | float64) (get $units (regexFind "[A-Za-z]*$" .)) -}}
{{- end }}

{{/* A duration of Go (`1h30m`) in seconds; takes its text. */}}
{{- define "odoo-gateway.goSeconds" -}}
{{- $units := dict "h" 3600 "m" 60 "s" 1 -}}
{{- $seconds := 0 -}}
{{- range regexFindAll "[0-9]+[hms]" . -1 -}}
{{- $seconds = add $seconds (mul (regexFind "^[0-9]+" . | int64) (get $units (regexFind "[hms]$" .))) -}}
{{- end -}}
{{- $seconds -}}
{{- end }}

{{/* A number or text as text, empty where it was taken away with `null`. */}}
{{- define "odoo-gateway.text" -}}
{{- if not (kindIs "invalid" .) }}{{ . }}{{ end -}}
{{- end }}

{{/* Least number of pods while nothing is wrong. */}}
{{- define "odoo-gateway.leastPods" -}}
{{- ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int -}}
{{- end }}

{{/* A number of pods, or that percentage of `pods`, rounded up as the disruption controller does; takes {amount, pods}. */}}
{{- define "odoo-gateway.podsOf" -}}
{{- $amount := toString .amount -}}
{{- if hasSuffix "%" $amount -}}
{{- divf (mulf (trimSuffix "%" $amount | float64) .pods) 100 | ceil | int -}}
{{- else -}}
{{- int $amount -}}
{{- end -}}
{{- end }}

{{/* Calls that Odoo gets at most from a pod, of all instances. */}}
{{- define "odoo-gateway.mostInFlight" -}}
{{- $most := 0 -}}
{{- range .Values.instances -}}
{{- $most = add $most (default 8 .max_in_flight) -}}
{{- end -}}
{{- $most -}}
{{- end }}
