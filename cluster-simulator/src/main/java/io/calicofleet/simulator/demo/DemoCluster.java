package io.calicofleet.simulator.demo;

import io.calicofleet.simulator.ClusterTemplate;
import io.calicofleet.simulator.SimulatedCluster;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a cluster of the demo is: how Calico got onto it and what people did to it.
 *
 * @param install the install method as the value of a label, such as {@code canal}
 * @param changes what people changed, as the value of a label
 * @param hostEndpoints whether it has {@code *} host endpoints with policies on them
 * @param template what it is made from
 * @param steps what is done to it afterwards, one after the other
 */
record DemoCluster(String install, String changes, boolean hostEndpoints, Template template, List<Step> steps) {

    /** Adds to the template of a cluster what this kind of cluster needs. */
    @FunctionalInterface
    interface Template {

        /** The template, with the files of the release that is installed. */
        ClusterTemplate of(ClusterTemplate template, DemoRelease release);
    }

    /** Something done to a cluster when it is there. */
    @FunctionalInterface
    interface Step {

        /** Does it, with the files of the release that is installed. */
        void on(SimulatedCluster cluster, DemoRelease release);
    }

    DemoCluster {
        steps = List.copyOf(steps);
    }

    /** A manifest of the release, with changes. */
    static DemoCluster manifest(String file, LocalChanges changes) {
        return new DemoCluster(
                file.replace(".yaml", ""),
                changes.label(),
                false,
                (template, release) -> template.withManifest(release.changed(file, changes)),
                List.of());
    }

    /** Any install, made by one step. */
    static DemoCluster of(String install, String changes, Step step) {
        return new DemoCluster(install, changes, false, (template, release) -> template, List.of(step));
    }

    /** With {@code *} host endpoints on every node and policies that select them; not on etcd. */
    DemoCluster withHostEndpoints() {
        return new DemoCluster(install, changes, true, template, steps);
    }

    /** With an etcd beside it, which Calico reaches by TLS. */
    DemoCluster withEtcd() {
        return templated((made, release) -> made.withEtcd(ClusterTemplate.Etcd.TLS));
    }

    /** On another version of Kubernetes than the rest. */
    DemoCluster onKubernetes(String version) {
        return templated((made, release) -> made.withKubernetes(version));
    }

    /** With something more in its template. */
    DemoCluster templated(Template more) {
        return new DemoCluster(
                install,
                changes,
                hostEndpoints,
                (made, release) -> more.of(template.of(made, release), release),
                steps);
    }

    /** With one thing more done to it. */
    DemoCluster with(Step step) {
        return new DemoCluster(
                install,
                changes,
                hostEndpoints,
                template,
                Stream.concat(steps.stream(), Stream.of(step)).toList());
    }

    /** With one more file of the release applied as it is. */
    DemoCluster withFile(String file) {
        return with((cluster, release) -> cluster.apply(release.file(file)));
    }
}
