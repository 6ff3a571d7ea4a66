{{/* Everything a service consists of; arguments: root, component. */}}
{{- define "calico-fleet.workload" -}}
{{- $root := .root }}
{{- $values := $root.Values }}
{{- $component := .component }}
{{- $service := index $values $component }}
{{- $name := printf "%s-%s" (include "calico-fleet.fullname" $root) $component }}
{{- $executor := eq $component "executor" }}
{{- $planner := eq $component "planner" }}
{{- $integrations := eq $component "integrations" }}
{{- $sources := and $executor (or $service.sources.argoCd $service.sources.clusterApi $service.sources.clusterProfiles) }}
{{- /* The planner has REST on http, and what probes and Prometheus ask for on a port of its own. */}}
{{- $health := ternary "management" "http" $planner }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
data:
  application.properties: |
    {{- include "calico-fleet.properties" . | nindent 4 }}
  {{- if and $planner $service.access.grants }}
  access.yaml: |
    {{- include "calico-fleet.access" . | nindent 4 }}
  {{- end }}
{{- if $values.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
  {{- with $values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
  {{- with $service.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $service.service.type }}
  selector:
    {{- include "calico-fleet.selectorLabels" . | nindent 4 }}
  ports:
    - name: http
      port: {{ $service.service.port }}
      targetPort: http
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
  {{- with $service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  replicas: {{ $service.replicas }}
  selector:
    matchLabels:
      {{- include "calico-fleet.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "calico-fleet.selectorLabels" . | nindent 8 }}
        {{- with $service.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/settings: {{ include "calico-fleet.properties" . | sha256sum }}
        {{- if and $planner $service.access.grants }}
        checksum/access: {{ include "calico-fleet.access" . | sha256sum }}
        {{- end }}
        {{- if $values.metrics.annotations }}
        prometheus.io/scrape: "true"
        prometheus.io/path: /q/metrics
        prometheus.io/port: {{ ternary "9000" "8080" $planner | quote }}
        {{- end }}
        {{- with $service.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "calico-fleet.serviceAccountName" . }}
      automountServiceAccountToken: {{ if and $sources (not $service.sources.kubeconfigSecret) }}true{{ else }}false{{ end }}
      # A Service called kafka would put KAFKA_PORT and the like into the environment, where settings are read from.
      enableServiceLinks: false
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext:
        {{- toYaml $values.podSecurityContext | nindent 8 }}
      terminationGracePeriodSeconds: {{ $service.terminationGracePeriodSeconds }}
      containers:
        - name: {{ $component }}
          image: {{ include "calico-fleet.image" . }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          securityContext:
            {{- toYaml $values.securityContext | nindent 12 }}
          env:
            - name: QUARKUS_CONFIG_LOCATIONS
              value: /etc/calico-fleet/settings/application.properties
            - name: JAVA_TOOL_OPTIONS
              value: {{ $values.javaOptions | quote }}
            {{- if $executor }}
            - name: EXECUTOR_ID
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            {{- end }}
            {{- if $values.kafka.tls.enabled }}
            - name: TLS_CA_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ required "kafka.tls.caSecret is required with kafka.tls.enabled" $values.kafka.tls.caSecret }}
                  key: ca.password
            - name: TLS_USER_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ $service.kafkaUserSecret }}
                  key: user.password
            {{- end }}
            {{- if and $integrations $service.sql.passwordSecret }}
            - name: INTEGRATIONS_SQL_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ $service.sql.passwordSecret }}
                  key: password
            {{- end }}
            {{- if and $values.tracing.endpoint (not $integrations) }}
            - name: OTEL_EXPORTER_OTLP_ENDPOINT
              value: {{ $values.tracing.endpoint | quote }}
            - name: OTEL_TRACES_SAMPLER
              value: parentbased_traceidratio
            - name: OTEL_TRACES_SAMPLER_ARG
              value: {{ $values.tracing.ratio | quote }}
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: OTEL_RESOURCE_ATTRIBUTES
              value: service.instance.id=$(POD_NAME)
            {{- with $values.tracing.headersSecret }}
            - name: OTEL_EXPORTER_OTLP_HEADERS
              valueFrom:
                secretKeyRef:
                  name: {{ . }}
                  key: headers
            {{- end }}
            {{- end }}
            {{- with $service.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - name: http
              containerPort: 8080
            {{- if $planner }}
            - name: management
              containerPort: 9000
            {{- end }}
          startupProbe:
            httpGet:
              path: /q/health/live
              port: {{ $health }}
            periodSeconds: 2
            timeoutSeconds: {{ $values.probes.timeoutSeconds }}
            failureThreshold: {{ div (add $values.probes.startupSeconds 1) 2 }}
          livenessProbe:
            httpGet:
              path: /q/health/live
              port: {{ $health }}
            periodSeconds: {{ $values.probes.periodSeconds }}
            timeoutSeconds: {{ $values.probes.timeoutSeconds }}
          readinessProbe:
            httpGet:
              path: /q/health/ready
              port: {{ $health }}
            periodSeconds: {{ $values.probes.periodSeconds }}
            timeoutSeconds: {{ $values.probes.timeoutSeconds }}
          resources:
            {{- toYaml $service.resources | nindent 12 }}
          volumeMounts:
            - name: settings
              mountPath: /etc/calico-fleet/settings
              readOnly: true
            - name: tmp
              mountPath: /tmp
            {{- if and $planner $service.tlsSecret }}
            - name: tls
              mountPath: /etc/calico-fleet/tls
              readOnly: true
            {{- end }}
            {{- if and $planner $service.access.tokenSecret }}
            - name: tokens
              mountPath: /etc/calico-fleet/tokens
              readOnly: true
            {{- end }}
            {{- if $values.kafka.tls.enabled }}
            - name: kafka-ca
              mountPath: /etc/calico-fleet/kafka-ca
              readOnly: true
            - name: kafka-user
              mountPath: /etc/calico-fleet/kafka-user
              readOnly: true
            {{- end }}
            {{- if $values.signing.enabled }}
            {{- if $service.signingKeySecret }}
            - name: signing-key
              mountPath: /etc/calico-fleet/signing-key
              readOnly: true
            {{- end }}
            - name: trusted-keys
              mountPath: /etc/calico-fleet/trusted-keys
              readOnly: true
            {{- end }}
            {{- if $service.passkeysConfigMap }}
            - name: passkeys
              mountPath: /etc/calico-fleet/passkeys
              readOnly: true
            {{- end }}
            {{- if and $integrations $service.webhooks.secret }}
            - name: webhooks
              mountPath: /etc/calico-fleet/webhooks
              readOnly: true
            {{- end }}
            {{- if $integrations }}
            {{- range $chat := list "slack" "mattermost" "teams" }}
            {{- if (index $service $chat).secret }}
            - name: {{ $chat }}
              mountPath: /etc/calico-fleet/{{ $chat }}
              readOnly: true
            {{- end }}
            {{- end }}
            {{- end }}
            {{- if $executor }}
            - name: kubeconfigs
              mountPath: /etc/calico-fleet/kubeconfigs
              readOnly: true
            - name: cache
              mountPath: /var/cache/calico-fleet
            {{- if $sources }}
            - name: clusters
              mountPath: /var/run/calico-fleet
            {{- if $service.sources.accessProvidersConfigMap }}
            - name: access-providers
              mountPath: /etc/calico-fleet/access-providers
              readOnly: true
            {{- end }}
            {{- if $service.sources.kubeconfigSecret }}
            - name: management
              mountPath: /etc/calico-fleet/management
              readOnly: true
            {{- end }}
            {{- end }}
            {{- if $service.releases.existingClaim }}
            - name: releases
              mountPath: /etc/calico-fleet/releases
              readOnly: true
            {{- end }}
            {{- end }}
      volumes:
        - name: settings
          configMap:
            name: {{ $name }}
        - name: tmp
          emptyDir: {}
        {{- if and $planner $service.tlsSecret }}
        - name: tls
          secret:
            secretName: {{ $service.tlsSecret }}
            defaultMode: 0440
            items:
              - {key: tls.crt, path: tls.crt}
              - {key: tls.key, path: tls.key}
        {{- end }}
        {{- if and $planner $service.access.tokenSecret }}
        - name: tokens
          secret:
            secretName: {{ $service.access.tokenSecret }}
            defaultMode: 0440
            items:
              - {key: token, path: token}
        {{- end }}
        {{- if $values.kafka.tls.enabled }}
        - name: kafka-ca
          secret:
            secretName: {{ $values.kafka.tls.caSecret }}
            defaultMode: 0440
            items:
              - {key: ca.p12, path: ca.p12}
        - name: kafka-user
          secret:
            secretName: {{ $service.kafkaUserSecret }}
            defaultMode: 0440
            items:
              - {key: user.p12, path: user.p12}
        {{- end }}
        {{- if $values.signing.enabled }}
        {{- with $service.signingKeySecret }}
        - name: signing-key
          secret:
            secretName: {{ . }}
            defaultMode: 0440
            items:
              - {key: key.pem, path: key.pem}
        {{- end }}
        - name: trusted-keys
          configMap:
            name: {{ required "signing.trustedKeysConfigMap is required: a ConfigMap with trusted-keys.yaml, see docs/operations/keys.md; or set signing.enabled=false" $values.signing.trustedKeysConfigMap }}
        {{- end }}
        {{- with $service.passkeysConfigMap }}
        - name: passkeys
          configMap:
            name: {{ . }}
        {{- end }}
        {{- if and $integrations $service.webhooks.secret }}
        - name: webhooks
          secret:
            secretName: {{ $service.webhooks.secret }}
            defaultMode: 0440
        {{- end }}
        {{- if $integrations }}
        {{- range $chat := list "slack" "mattermost" "teams" }}
        {{- if (index $service $chat).secret }}
        - name: {{ $chat }}
          secret:
            secretName: {{ (index $service $chat).secret }}
            defaultMode: 0440
        {{- end }}
        {{- end }}
        {{- end }}
        {{- if $executor }}
        - name: kubeconfigs
          projected:
            defaultMode: 0440
            sources:
              - configMap:
                  name: {{ $name }}-clusters
              {{- range $service.kubeconfigs.secrets }}
              - secret:
                  name: {{ . }}
              {{- end }}
        - name: cache
          {{- if $service.cache.existingClaim }}
          persistentVolumeClaim:
            claimName: {{ $service.cache.existingClaim }}
          {{- else }}
          emptyDir:
            sizeLimit: {{ $service.cache.sizeLimit }}
          {{- end }}
        {{- if $sources }}
        # Kubeconfigs made of what the sources say: they are on no disk.
        - name: clusters
          emptyDir:
            medium: Memory
            sizeLimit: 64Mi
        {{- with $service.sources.accessProvidersConfigMap }}
        - name: access-providers
          configMap:
            name: {{ . }}
        {{- end }}
        {{- with $service.sources.kubeconfigSecret }}
        - name: management
          secret:
            secretName: {{ . }}
            defaultMode: 0440
            items:
              - {key: kubeconfig, path: kubeconfig}
        {{- end }}
        {{- end }}
        {{- with $service.releases.existingClaim }}
        - name: releases
          persistentVolumeClaim:
            claimName: {{ . }}
            readOnly: true
        {{- end }}
        {{- end }}
      {{- if gt (int $service.replicas) 1 }}
      {{- $selector := dict "matchLabels" (include "calico-fleet.selectorLabels" . | fromYaml) }}
      topologySpreadConstraints:
        {{- range default (list (dict "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway") (dict "topologyKey" "topology.kubernetes.io/zone" "whenUnsatisfiable" "ScheduleAnyway")) $service.topologySpreadConstraints }}
        -{{ merge (dict) . (dict "maxSkew" 1 "labelSelector" $selector) | toYaml | nindent 10 | trim | printf " %s" }}
        {{- end }}
      {{- end }}
      {{- with $service.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $service.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- if $values.metrics.serviceMonitor.enabled }}
---
# It names the port of the pods: what the planner is asked for by Prometheus is on no Service.
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
    {{- with $values.metrics.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "calico-fleet.selectorLabels" . | nindent 6 }}
  endpoints:
    - targetPort: {{ $health }}
      path: /q/metrics
      interval: {{ $values.metrics.serviceMonitor.interval }}
{{- end }}
{{- if and $values.podDisruptionBudget.enabled (gt (int $service.replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "calico-fleet.selectorLabels" . | nindent 6 }}
{{- end }}
{{- if $values.networkPolicy.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ $name }}
  labels:
    {{- include "calico-fleet.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "calico-fleet.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        {{- if $values.networkPolicy.fromNamespaces }}
        - namespaceSelector:
            matchLabels:
              {{- toYaml $values.networkPolicy.fromNamespaces | nindent 14 }}
        {{- else }}
        - podSelector: {}
        {{- end }}
        {{- if and $planner $values.networkPolicy.fromNamespaces $values.integrations.enabled (or $values.integrations.slack.secret $values.integrations.mattermost.secret $values.integrations.teams.secret) }}
        - podSelector:
            matchLabels:
              {{- include "calico-fleet.selectorLabels" (dict "root" $.root "component" "integrations") | nindent 14 }}
        {{- end }}
      ports:
        - port: http
        {{- if $planner }}
        - port: management
        {{- end }}
  egress:
    {{- if $executor }}
    - {}
    {{- else }}
    - ports:
        - {port: 53, protocol: UDP}
        - {port: 53, protocol: TCP}
        {{- range $values.networkPolicy.kafkaPorts }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
        {{- range $service.egressPorts }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
        {{- if and $integrations (or $service.slack.secret $service.mattermost.secret $service.teams.secret) }}
        - {port: 8080, protocol: TCP}
        {{- end }}
        {{- if and $values.tracing.endpoint (not $integrations) }}
        {{- $collector := urlParse $values.tracing.endpoint }}
        - {port: {{ $collector.host | regexFind ":[0-9]+$" | trimPrefix ":" | default (ternary "443" "80" (eq $collector.scheme "https")) }}, protocol: TCP}
        {{- end }}
        {{- if and $planner $service.access.oidc.issuer }}
        - {port: {{ (urlParse $service.access.oidc.issuer).host | regexFind ":[0-9]+$" | trimPrefix ":" | default "443" }}, protocol: TCP}
        {{- end }}
    {{- end }}
{{- end }}
{{- end }}
