{{/* What a schema cannot say of values: every mistake at once, a line each. */}}
{{- define "odoo-gateway.mistakes" -}}
{{- include "odoo-gateway.nameMistakes" . }}
{{- include "odoo-gateway.instanceMistakes" . }}
{{- include "odoo-gateway.callerMistakes" . }}
{{- include "odoo-gateway.limitMistakes" . }}
{{- include "odoo-gateway.tlsMistakes" . }}
{{- include "odoo-gateway.podMistakes" . }}
{{- include "odoo-gateway.replacementMistakes" . }}
{{- include "odoo-gateway.portMistakes" . }}
{{- include "odoo-gateway.scalingMistakes" . }}
{{- end }}

{{- define "odoo-gateway.nameMistakes" -}}
{{- $name := include "odoo-gateway.fullname" . }}
{{- if not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name) }}
fullnameOverride: {{ $name | quote }}, made of the release's name, cannot be a Service's: a lower case letter, then lower case letters, digits and `-`; set fullnameOverride
{{- end }}
{{- $own := include "odoo-gateway.ownLabels" . | fromYaml }}
{{- $_ := set $own "app.kubernetes.io/component" "" }}
{{- range $key, $labels := dict "commonLabels" .Values.commonLabels "podLabels" .Values.podLabels }}
{{- range $label, $_ := $labels }}
{{- if hasKey $own $label }}
{{ $key }}.{{ $label }}: the chart sets this label itself; choose another
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of an URL, which is never repeated: it may hold a password. Takes {name, url}. */}}
{{- define "odoo-gateway.urlMistakes" -}}
{{- if regexMatch "^https?://[^/]*@" .url }}
instances.{{ .name }}.url: must not hold a user or password; they have settings of their own
{{- else if not (regexMatch "^https?://(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[!-~]*)?$" .url) }}
instances.{{ .name }}.url: must be http:// or https://, a host, and no spaces or letters beyond ASCII, like https://erp.example.com
{{- else if regexMatch "[?#]|^https?://[^/]+(/web|/web/login|/odoo|/jsonrpc|/json/2|/xmlrpc/2)/*$" .url }}
instances.{{ .name }}.url: must end before `?`, `#`, and the path of Odoo's own pages and endpoints
{{- else if gt (regexFind ":[0-9]+$" (urlParse .url).host | trimPrefix ":" | int) 65535 }}
instances.{{ .name }}.url: has no valid port
{{- end }}
{{- end }}

{{- define "odoo-gateway.instanceMistakes" -}}
{{- if not .Values.instances }}
instances: name at least one Odoo, for example instances.default with url, database, username and credentials.existingSecret
{{- end }}
{{- range $name, $instance := .Values.instances }}
{{- include "odoo-gateway.urlMistakes" (dict "name" $name "url" $instance.url) }}
{{- if not (or (dig "credentials" "existingSecret" "" $instance) (and $.Values.secret.create (hasKey $.Values.secret.data $name))) }}
instances.{{ $name }}.credentials.existingSecret: name the Secret that holds the credential (for trials: secret.create and secret.data.{{ $name }})
{{- end }}
{{- end }}
{{- range $name, $_ := .Values.secret.data }}
{{- if not (hasKey $.Values.instances $name) }}
secret.data.{{ $name }}: there is no such instance; use a name of instances
{{- end }}
{{- end }}
{{- range .Values.extraEnv }}
{{- if regexMatch "^ODOO_(API_KEY|PASSWORD)(_FILE)?$" .name }}
extraEnv: {{ .name }}: the gateway refuses a credential that is given twice; use instances.default.credentials
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.callerMistakes" -}}
{{- $owners := dict }}
{{- $certificates := and .Values.tls.enabled (ne .Values.tls.clientAuth.mode "none") }}
{{- range $name, $caller := .Values.callers }}
{{- range $caller.instances }}
{{- if not (hasKey $.Values.instances .) }}
callers.{{ $name }}.instances: there is no instance {{ . }}; use a name of instances
{{- end }}
{{- end }}
{{- range $caller.tokens }}
{{- if not (regexMatch "^sha256:[0-9a-fA-F]{64}$" .) }}
callers.{{ $name }}.tokens: each is sha256: and 64 hexadecimal digits, as `odoo-gateway token` prints them; the token itself must not stand here
{{- end }}
{{- end }}
{{- range concat (default list $caller.tokens) (default list $caller.certificates) }}
{{- $key := ternary (lower .) . (hasPrefix "sha256:" .) }}
{{- with get $owners $key }}
callers.{{ $name }}: has a token or certificate of the caller {{ . }}; each is for one
{{- end }}
{{- $_ := set $owners $key $name }}
{{- end }}
{{- if and $caller.certificates (not $certificates) }}
callers.{{ $name }}.certificates: set tls.enabled and tls.clientAuth.mode, or certificates are never asked for
{{- end }}
{{- end }}
{{- end }}

{{/* Bounds of the gateway itself: beyond them it would not start. */}}
{{- define "odoo-gateway.limitMistakes" -}}
{{- $config := .Values.config }}
{{- $limits := list
  (list "config.default_timeout" $config.default_timeout "1ms" "24h")
  (list "config.max_connection_age" $config.max_connection_age "1ms" "24h")
  (list "tls.reload_interval" .Values.tls.reload_interval "1ms" "24h")
  (list "config.max_request_bytes" $config.max_request_bytes "1KiB" "1GiB")
  (list "config.max_answer_bytes" $config.max_answer_bytes "1KiB" "1GiB")
  (list "config.max_pending_bytes" $config.max_pending_bytes "1MiB" "64GiB") }}
{{- range $limits }}
{{- $value := include "odoo-gateway.measure" (index . 1 | default (index . 2)) | float64 }}
{{- $least := include "odoo-gateway.measure" (index . 2) | float64 }}
{{- $most := include "odoo-gateway.measure" (index . 3) | float64 }}
{{- if or (lt $value $least) (gt $value $most) }}
{{ index . 0 }}: has to be between {{ index . 2 }} and {{ index . 3 }}
{{- end }}
{{- end }}
{{- $pending := include "odoo-gateway.measure" (default "256MiB" $config.max_pending_bytes) | float64 }}
{{- if lt $pending (include "odoo-gateway.measure" (default "16MiB" $config.max_request_bytes) | float64) }}
config.max_pending_bytes: at least max_request_bytes, or no request of that size gets in
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
{{- $lifetime := include "odoo-gateway.goSeconds" .certManager.duration | int64 }}
{{- if lt $lifetime 3600 }}
tls.certManager.duration: at least 1h; cert-manager refuses less
{{- end }}
{{- if le $lifetime (include "odoo-gateway.goSeconds" .certManager.renewBefore | int64) }}
tls.certManager.renewBefore: has to be shorter than duration, or the certificate is never new enough
{{- end }}
{{- if and (ne .clientAuth.mode "none") (not .enabled) }}
tls.clientAuth.mode: set tls.enabled, too; without TLS clients have no certificates
{{- end }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.check" -}}
{{- with include "odoo-gateway.mistakes" . | trim -}}
{{- fail (printf "values need correction:\n%s" .) -}}
{{- end -}}
{{- end }}
