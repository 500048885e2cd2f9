{{- define "odoo-gateway.folder" -}}/etc/odoo-gateway{{- end }}

{{- define "odoo-gateway.configFile" -}}{{ include "odoo-gateway.folder" . }}/config/gateway.yaml{{- end }}

{{/* Folders of ConfigMaps with contracts, as a JSON list; takes {root, names}. */}}
{{- define "odoo-gateway.contractFolders" -}}
{{- $folders := list -}}
{{- range .names -}}
{{- $folders = append $folders (printf "%s/contracts/%s" (include "odoo-gateway.folder" $.root) .) -}}
{{- end -}}
{{- toJson $folders -}}
{{- end }}

{{/* `instances.NAME` of the gateway's configuration; takes {root, name, instance}. */}}
{{- define "odoo-gateway.instanceConfig" -}}
{{- $folder := printf "%s/instances/%s" (include "odoo-gateway.folder" .root) .name -}}
{{- $config := omit .instance "credentials" "ca" "contractsConfigMaps" -}}
{{- if eq (dig "credentials" "kind" "apiKey" .instance) "password" -}}
{{- $_ := set $config "password_file" (printf "%s/password" $folder) -}}
{{- else -}}
{{- $_ := set $config "api_key_file" (printf "%s/api-key" $folder) -}}
{{- end -}}
{{- if .instance.ca -}}
{{- $_ := set $config "ca_file" (printf "%s/ca.crt" $folder) -}}
{{- end -}}
{{- with .instance.contractsConfigMaps -}}
{{- $_ := set $config "contracts" (include "odoo-gateway.contractFolders" (dict "root" $.root "names" .) | fromJsonArray) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end }}

{{- define "odoo-gateway.clientCaFile" -}}
{{- $tls := .Values.tls.clientAuth -}}
{{- $folder := include "odoo-gateway.folder" . -}}
{{- ternary (printf "%s/client-ca/ca.crt" $folder) (printf "%s/tls/%s" $folder $tls.key) (ne $tls.existingSecret "") -}}
{{- end }}

{{- define "odoo-gateway.tlsConfig" -}}
certificate_file: {{ include "odoo-gateway.folder" . }}/tls/tls.crt
key_file: {{ include "odoo-gateway.folder" . }}/tls/tls.key
reload_interval: {{ .Values.tls.reload_interval | quote }}
{{- if ne .Values.tls.clientAuth.mode "none" }}
client_ca_file: {{ include "odoo-gateway.clientCaFile" . }}
client_certificate: {{ .Values.tls.clientAuth.mode }}
{{- end }}
{{- end }}

{{/* The gateway's configuration file. */}}
{{- define "odoo-gateway.config" -}}
listen: {{ printf "%s:%d" .Values.listenAddress (int .Values.containerPort) | quote }}
metrics_listen: {{ ternary (printf "%s:%d" .Values.listenAddress (int .Values.metrics.port)) "" .Values.metrics.enabled | quote }}
{{- if .Values.tls.enabled }}
health_listen: {{ printf "%s:%d" .Values.listenAddress (int .Values.probes.port) | quote }}
{{- end }}
{{- with .Values.config }}
{{ toYaml . }}
{{- end }}
{{- with .Values.contractsConfigMaps }}
contracts: {{ include "odoo-gateway.contractFolders" (dict "root" $ "names" .) }}
{{- end }}
{{- if .Values.tls.enabled }}
tls:
  {{- include "odoo-gateway.tlsConfig" . | nindent 2 }}
{{- end }}
instances:
  {{- range $name, $instance := .Values.instances }}
  {{ $name | quote }}:
    {{- include "odoo-gateway.instanceConfig" (dict "root" $ "name" $name "instance" $instance) | nindent 4 }}
  {{- end }}
{{- with .Values.callers }}
callers:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
