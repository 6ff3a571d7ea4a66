package io.calicofleet.simulator.demo;

import io.calicofleet.simulator.SimulatedCluster;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a cluster of the demo is: how Calico got onto it and what people did to it.
 *
 * @param install the install method as the value of a label, such as {@code canal}
 * @param changes what people changed, as the value of a label
 * @param hostEndpoints whether it has {@code *} host endpoints with policies on them
 * @param kubernetes its version of Kubernetes; empty for the fleet's
 * @param steps what puts Calico onto the cluster, one after the other
 */
record DemoCluster(String install, String changes, boolean hostEndpoints, String kubernetes, List<Step> steps) {

    /** Something done to a cluster when it is made. */
    @FunctionalInterface
    interface Step {

        /** Does it, with the files of the release that is installed. */
        void on(SimulatedCluster cluster, DemoRelease release);
    }

    DemoCluster {
        steps = List.copyOf(steps);
    }

    /** A manifest of the release, applied with changes. */
    static DemoCluster manifest(String file, LocalChanges changes) {
        return new DemoCluster(
                file.replace(".yaml", ""),
                changes.label(),
                false,
                "",
                List.of((cluster, release) -> cluster.apply(release.changed(file, changes))));
    }

    /** Any install, made by one step. */
    static DemoCluster of(String install, String changes, Step step) {
        return new DemoCluster(install, changes, false, "", List.of(step));
    }

    /** With {@code *} host endpoints on every node and policies that select them. */
    DemoCluster withHostEndpoints() {
        return new DemoCluster(install, changes, true, kubernetes, steps);
    }

    /** With one thing more done to it. */
    DemoCluster with(Step step) {
        return new DemoCluster(
                install,
                changes,
                hostEndpoints,
                kubernetes,
                Stream.concat(steps.stream(), Stream.of(step)).toList());
    }

    /** With one more file of the release applied as it is. */
    DemoCluster withFile(String file) {
        return with((cluster, release) -> cluster.apply(release.file(file)));
    }

    /** On another version of Kubernetes than the rest. */
    DemoCluster onKubernetes(String version) {
        return new DemoCluster(install, changes, hostEndpoints, version, steps);
    }
}
