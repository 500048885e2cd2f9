{{/* What the server's pod and the test's have in common. */}}
{{- define "odoo-gateway.podSpec" -}}
serviceAccountName: {{ include "odoo-gateway.serviceAccountName" . | quote }}
automountServiceAccountToken: false
# Variables of Services named ODOO_... would be taken for settings.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
volumes:
  {{- include "odoo-gateway.volumes" . | nindent 2 }}
{{- end }}

{{/* What the server's container and the test's have in common. */}}
{{- define "odoo-gateway.container" -}}
image: {{ include "odoo-gateway.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- with .Values.extraEnv }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  {{- include "odoo-gateway.volumeMounts" . | nindent 2 }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* One volume for all instances: their names need not be those of volumes. */}}
{{- define "odoo-gateway.instanceSources" -}}
{{- range $name, $instance := .Values.instances }}
{{- $password := eq (dig "credentials" "kind" "apiKey" $instance) "password" }}
{{- $existing := dig "credentials" "existingSecret" "" $instance }}
- secret:
    name: {{ default (include "odoo-gateway.secretName" $) $existing | quote }}
    items:
      - key: {{ ternary $name (dig "credentials" "key" "api-key" $instance) (empty $existing) | quote }}
        path: {{ $name }}/{{ ternary "password" "api-key" $password }}
{{- with $instance.ca }}
- configMap:
    name: {{ .existingConfigMap | quote }}
    items:
      - key: {{ default "ca.crt" .key | quote }}
        path: {{ $name }}/ca.crt
{{- end }}
{{- end }}
{{- end }}

{{/* All ConfigMaps with contracts, as a JSON list. */}}
{{- define "odoo-gateway.contracts" -}}
{{- $names := .Values.contractsConfigMaps -}}
{{- range .Values.instances -}}
{{- $names = concat $names (default list .contractsConfigMaps) -}}
{{- end -}}
{{- $names | uniq | toJson -}}
{{- end }}

{{- define "odoo-gateway.chartVolumes" -}}
- name: config
  configMap:
    name: {{ include "odoo-gateway.fullname" . | quote }}
- name: instances
  projected:
    defaultMode: 0440
    sources:
      {{- include "odoo-gateway.instanceSources" . | trim | nindent 6 }}
{{- range $index, $name := include "odoo-gateway.contracts" . | fromJsonArray }}
- name: contracts-{{ $index }}
  configMap:
    name: {{ $name | quote }}
{{- end }}
{{- if .Values.tls.enabled }}
- name: tls
  secret:
    secretName: {{ include "odoo-gateway.tlsSecretName" . | quote }}
    defaultMode: 0440
{{- with .Values.tls.clientAuth }}
{{- if and (ne .mode "none") .existingSecret }}
- name: client-ca
  secret:
    secretName: {{ .existingSecret | quote }}
    defaultMode: 0440
    items:
      - key: {{ .key | quote }}
        path: ca.crt
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Names of the chart's own volumes, as YAML. */}}
{{- define "odoo-gateway.ownVolumes" -}}
{{- range include "odoo-gateway.chartVolumes" . | fromYamlArray }}
- {{ .name | quote }}
{{- end }}
{{- end }}

{{- define "odoo-gateway.volumes" -}}
{{ include "odoo-gateway.chartVolumes" . }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Whole folders: files mounted by subPath would never see a renewed Secret. */}}
{{- define "odoo-gateway.volumeMounts" -}}
{{- $folder := include "odoo-gateway.folder" . -}}
- name: config
  mountPath: {{ $folder }}/config
  readOnly: true
- name: instances
  mountPath: {{ $folder }}/instances
  readOnly: true
{{- range $index, $name := include "odoo-gateway.contracts" . | fromJsonArray }}
- name: contracts-{{ $index }}
  mountPath: {{ $folder }}/contracts/{{ $name }}
  readOnly: true
{{- end }}
{{- if .Values.tls.enabled }}
- name: tls
  mountPath: {{ $folder }}/tls
  readOnly: true
{{- if and (ne .Values.tls.clientAuth.mode "none") .Values.tls.clientAuth.existingSecret }}
- name: client-ca
  mountPath: {{ $folder }}/client-ca
  readOnly: true
{{- end }}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
The server itself, never a service of its: those tell whether Odoo can be reached. A pod without Odoo is no better after a restart, and were it
not ready, all pods would leave the Services at once and callers would get a refused connection for an answer that says what is wrong.
*/}}
{{- define "odoo-gateway.probe" -}}
grpc:
  port: {{ ternary .Values.probes.port .Values.containerPort .Values.tls.enabled }}
{{- end }}

{{- define "odoo-gateway.topologySpread" -}}
{{- $selector := dict "labelSelector" (dict "matchLabels" (include "odoo-gateway.serverLabels" . | fromYaml)) -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $constraints = append $constraints (merge (dict) . $selector) -}}
{{- end -}}
{{- toYaml $constraints -}}
{{- end }}
