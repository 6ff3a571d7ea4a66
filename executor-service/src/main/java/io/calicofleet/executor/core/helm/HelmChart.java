package io.calicofleet.executor.core.helm;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chart, whole and in memory.
 *
 * @param name the name in its Chart.yaml
 * @param version the version in its Chart.yaml, such as v3.22.5
 * @param files its files by their path in it, such as templates/crs/custom-resources.yaml
 */
public record HelmChart(String name, String version, Map<String, byte[]> files) {

    /** The chart that installs Calico by its operator. */
    public static final String TIGERA_OPERATOR = "tigera-operator";

    public HelmChart {
        requireNonNull(name, "name");
        requireNonNull(version, "version");
        files = Collections.unmodifiableMap(new TreeMap<>(files));
    }

    /** Name and version, without the files: one of a release may hold a secret. */
    @Override
    public String toString() {
        return name + " " + version;
    }
}
