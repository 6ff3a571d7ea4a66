package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * The Helm release that installs Calico.
 *
 * @param name its name
 * @param namespace where Helm keeps it
 * @param chart the name of its chart
 * @param chartVersion the version of its chart, such as v3.22.5
 * @param revision its newest revision, 1 or more
 */
public record HelmReleaseFact(String name, String namespace, String chart, String chartVersion, int revision) {

    public HelmReleaseFact {
        requireNonNull(name, "name");
        requireNonNull(namespace, "namespace");
        requireNonNull(chart, "chart");
        requireNonNull(chartVersion, "chartVersion");
    }
}
