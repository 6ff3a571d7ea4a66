package io.calicofleet.executor.core.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What to ask of Helm.
 *
 * @param release the name of the release
 * @param namespace its namespace
 * @param chart the chart
 * @param values the values of people, whole: nothing is taken over from the release that is there
 * @param kubernetesVersion for rendering without a cluster, such as v1.21.14
 * @param description what the history shows
 */
public record HelmCall(
        String release,
        String namespace,
        HelmChart chart,
        JsonNode values,
        String kubernetesVersion,
        String description) {

    /** How a description begins that is ours. */
    public static final String OURS = "calico-fleet: ";

    public HelmCall {
        requireNonNull(release, "release");
        requireNonNull(namespace, "namespace");
        requireNonNull(chart, "chart");
        requireNonNull(values, "values");
        requireNonNull(kubernetesVersion, "kubernetesVersion");
        requireNonNull(description, "description");
    }

    /** Without the values: some may be secret. */
    @Override
    public String toString() {
        return namespace + "/" + release + " with " + chart;
    }
}
