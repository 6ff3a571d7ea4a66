package io.calicofleet.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.simulator.json.Times;
import io.calicofleet.simulator.kubernetes.controller.Kube;
import io.calicofleet.simulator.kubernetes.resource.GroupResource;
import io.calicofleet.simulator.kubernetes.store.ObjectKey;

/**
 * Calico's API server as its manifest installs it: with its APIService a cluster serves {@code projectcalico.org/v3}. An
 * operator's is the operator's matter.
 */
public final class CalicoApiServer {

    private static final GroupResource SERVICES = new GroupResource("apiregistration.k8s.io", "apiservices");
    private static final ObjectKey SERVICE = new ObjectKey("", "v3.projectcalico.org");

    private final SimulatedCluster cluster;
    private final Kube kube;

    CalicoApiServer(SimulatedCluster cluster, Kube kube) {
        this.cluster = cluster;
        this.kube = kube;
    }

    /** Installs it in a version, such as v3.22.5, and makes it available. */
    public void install(String version) {
        cluster.apply("""
                {apiVersion: v1, kind: Namespace, metadata: {name: calico-apiserver}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: calico-apiserver, namespace: calico-apiserver}
                spec:
                  replicas: 1
                  selector: {matchLabels: {k8s-app: calico-apiserver}}
                  template:
                    metadata: {labels: {k8s-app: calico-apiserver}}
                    spec: {containers: [{name: calico-apiserver, image: "docker.io/calico/apiserver:%s"}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: calico-api, namespace: calico-apiserver}
                spec: {selector: {k8s-app: calico-apiserver}, ports: [{name: apiserver, port: 443, targetPort: 5443}]}
                ---
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata: {name: v3.projectcalico.org}
                spec:
                  group: projectcalico.org
                  version: v3
                  groupPriorityMinimum: 1500
                  versionPriority: 200
                  service: {name: calico-api, namespace: calico-apiserver, port: 443}
                """.formatted(version));
        setAvailable(true);
    }

    /** Whether it answers; where not, Kubernetes answers 503 for it, and discovery does not list it. */
    public void setAvailable(boolean available) {
        kube.status(SERVICES, SERVICE, status -> condition(status, available));
    }

    private static void condition(ObjectNode status, boolean available) {
        status.putArray("conditions")
                .addObject()
                .put("type", "Available")
                .put("status", available ? "True" : "False")
                .put("reason", available ? "Passed" : "MissingEndpoints")
                .put("lastTransitionTime", Times.now());
    }
}
