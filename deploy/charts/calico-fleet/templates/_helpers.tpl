{{/* The chart's name. */}}
{{- define "calico-fleet.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* What the names of all objects begin with. Short enough for "-executor-kubeconfigs" behind it. */}}
{{- define "calico-fleet.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "calico-fleet.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "calico-fleet.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What never changes for a service; arguments: root, component. */}}
{{- define "calico-fleet.selectorLabels" -}}
app.kubernetes.io/name: {{ include "calico-fleet.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* All labels of an object; arguments: root, component. */}}
{{- define "calico-fleet.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "calico-fleet.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: calico-fleet
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* The image of a service; arguments: root, component. */}}
{{- define "calico-fleet.image" -}}
{{- $service := index .root.Values .component }}
{{- $tag := default .root.Chart.AppVersion .root.Values.image.tag }}
{{- with .root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end }}{{ $service.image.repository }}:{{ $tag }}
{{- end }}

{{/* The service account of a service; arguments: root, component. */}}
{{- define "calico-fleet.serviceAccountName" -}}
{{- if .root.Values.serviceAccount.create }}
{{- printf "%s-%s" (include "calico-fleet.fullname" .root) .component }}
{{- else }}
{{- default "default" .root.Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Who has which role; arguments: root. */}}
{{- define "calico-fleet.access" -}}
apiVersion: calico-fleet/v1
kind: Access
grants:
  {{- toYaml .root.Values.planner.access.grants | nindent 2 }}
{{- end }}

{{/* The settings of a service as application.properties; arguments: root, component. */}}
{{- define "calico-fleet.properties" -}}
{{- $values := .root.Values }}
{{- $service := index $values .component -}}
kafka.bootstrap.servers={{ required "kafka.bootstrapServers is required: host:port of your Kafka" $values.kafka.bootstrapServers }}
{{- if $values.kafka.tls.enabled }}
kafka.security.protocol=SSL
kafka.ssl.truststore.type=PKCS12
kafka.ssl.truststore.location=/etc/calico-fleet/kafka-ca/ca.p12
kafka.ssl.truststore.password=${TLS_CA_PASSWORD}
kafka.ssl.keystore.type=PKCS12
kafka.ssl.keystore.location=/etc/calico-fleet/kafka-user/user.p12
kafka.ssl.keystore.password=${TLS_USER_PASSWORD}
{{- end }}
{{- range $key, $value := $values.kafka.properties }}
kafka.{{ $key }}={{ $value }}
{{- end }}
{{- if $values.signing.enabled }}
{{- if $service.signingKeySecret }}
signing.key=/etc/calico-fleet/signing-key/key.pem
{{- end }}
signing.trusted-keys=/etc/calico-fleet/trusted-keys/trusted-keys.yaml
{{- if $values.signing.acceptUnsigned }}
signing.accept-unsigned=true
{{- end }}
{{- end }}
{{- with $service.passkeysConfigMap }}
{{ ternary "planner.access" "executor" (eq $.component "planner") }}.passkeys=/etc/calico-fleet/passkeys/passkeys.yaml
{{- end }}
quarkus.http.port=8080
{{- if eq .component "planner" }}
quarkus.management.port=9000
quarkus.http.host=0.0.0.0
{{- if $service.tlsSecret }}
planner.http.tls.certificate=/etc/calico-fleet/tls/tls.crt
planner.http.tls.key=/etc/calico-fleet/tls/tls.key
{{- end }}
{{- if $service.access.tokenSecret }}
planner.access.token-file=/etc/calico-fleet/tokens/token
{{- else if not $service.access.oidc.issuer }}
{{- fail "planner.access.tokenSecret is required: a Secret whose key token has a line NAME TOKEN for each person; or planner.access.oidc.issuer" }}
{{- end }}
{{- if $service.access.oidc.issuer }}
planner.access.oidc.issuer={{ $service.access.oidc.issuer }}
{{- if not $service.access.grants }}
{{- fail "planner.access.grants is required with planner.access.oidc.issuer: who has which role, such as [{role: admin, people: [ada]}]" }}
{{- end }}
{{- end }}
{{- if $service.access.grants }}
planner.access.file=/etc/calico-fleet/settings/access.yaml
{{- end }}
{{- end }}
{{- if eq .component "executor" }}
executor.kubeconfigs=/etc/calico-fleet/kubeconfigs
executor.cache=/var/cache/calico-fleet/releases
{{- with $service.sources }}
{{- if or .argoCd .clusterApi .clusterProfiles }}
executor.sources.folder=/var/run/calico-fleet/clusters
{{- with .argoCd }}
executor.sources.argo-cd={{ join "," . }}
{{- end }}
{{- with .clusterApi }}
executor.sources.cluster-api={{ join "," . }}
{{- end }}
{{- with .clusterProfiles }}
executor.sources.cluster-profiles={{ join "," . }}
{{- end }}
{{- if .accessProvidersConfigMap }}
executor.sources.access-providers=/etc/calico-fleet/access-providers/access-providers.json
{{- end }}
{{- if .kubeconfigSecret }}
executor.sources.kubeconfig=/etc/calico-fleet/management/kubeconfig
{{- end }}
{{- end }}
{{- end }}
{{- if $service.releases.existingClaim }}
executor.releases=/etc/calico-fleet/releases
{{- else if $service.releases.url }}
executor.releases={{ $service.releases.url }}
{{- end }}
{{- end }}
{{- if eq .component "integrations" }}
{{- if $service.webhooks.secret }}
integrations.webhooks.file=/etc/calico-fleet/webhooks/webhooks.yaml
{{- else if not (or $service.sql.url $service.slack.secret $service.mattermost.secret $service.teams.secret) }}
{{- fail "integrations.webhooks.secret is required with integrations.enabled: a Secret with webhooks.yaml, and a key for each secretFile that it names; or integrations.slack.secret, integrations.mattermost.secret, integrations.teams.secret or integrations.sql.url" }}
{{- end }}
{{- range $chat := list "slack" "mattermost" "teams" }}
{{- if (index $service $chat).secret }}
integrations.{{ $chat }}.file=/etc/calico-fleet/{{ $chat }}/{{ $chat }}.yaml
{{- end }}
{{- end }}
{{- if $service.sql.url }}
integrations.sql.url={{ $service.sql.url }}
integrations.sql.user={{ $service.sql.user }}
{{- end }}
{{- end }}
{{- range $key, $value := $service.settings }}
{{ $key }}={{ $value }}
{{- end }}
{{- end }}
