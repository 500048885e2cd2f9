{{/* Names leave room for "-headless" within the 63 characters of a DNS label. */}}
{{- define "odoo-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 54 | trimAll "-" -}}
{{- end }}

{{- define "odoo-gateway.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 54 | trimAll "-" -}}
{{- end }}

{{- define "odoo-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "odoo-gateway.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* What Services and the Deployment select: the test's pod has no such component. */}}
{{- define "odoo-gateway.serverLabels" -}}
{{ include "odoo-gateway.selectorLabels" . }}
app.kubernetes.io/component: server
{{- end }}

{{- define "odoo-gateway.ownLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{ include "odoo-gateway.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: odoo-gateway
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "odoo-gateway.labels" -}}
{{ include "odoo-gateway.ownLabels" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.serviceAccountName" -}}
{{- $made := include "odoo-gateway.fullname" . -}}
{{- default (ternary $made "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end }}

{{- define "odoo-gateway.image" -}}
{{- $name := join "/" (compact (list .Values.image.registry .Values.image.repository)) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{- define "odoo-gateway.secretName" -}}
{{- include "odoo-gateway.fullname" . }}-credentials
{{- end }}

{{- define "odoo-gateway.tlsSecretName" -}}
{{- default (printf "%s-tls" (include "odoo-gateway.fullname" .)) .Values.tls.existingSecret -}}
{{- end }}
