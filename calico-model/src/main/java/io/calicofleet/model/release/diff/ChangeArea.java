package io.calicofleet.model.release.diff;

import java.util.Locale;

/** What of a release a change is about; in the order they are told. */
public enum ChangeArea {
    /** Whole objects that come, go, or are of another API version. */
    OBJECTS("objects"),
    /** What Kubernetes and the kernel have to offer. */
    NEEDS("needs"),
    /** Images: where they come from, which they are. */
    IMAGES("images"),
    /** Containers that come or go, and what they run. */
    CONTAINERS("containers"),
    /** Environment of containers. */
    ENVIRONMENT("environment"),
    /** What a chart is given where nobody says otherwise. */
    CHART("values of the chart"),
    /** Keys of ConfigMaps and Secrets; JSON in them is looked into, CNI configuration for one. */
    CONFIGURATION("configuration"),
    /** Probes and what runs before a container ends. */
    PROBES("probes"),
    /** Ports of containers and Services. */
    PORTS("ports"),
    /** Volumes, paths of the host, and where they are mounted. */
    VOLUMES("volumes"),
    /** Security contexts, the host's namespaces, service accounts. */
    SECURITY("security"),
    /** What roles allow, and who has them. */
    RIGHTS("rights"),
    /** Custom resource definitions: versions, which of them is stored. */
    DEFINITIONS("definitions"),
    /** Fields of custom resources that come, go, or are not to be used any more. */
    FIELDS("fields"),
    /** What a field is where nobody sets it. */
    DEFAULTS("defaults"),
    /** What a field may be. */
    VALUES("allowed values"),
    /** What a field means: sentences of its description that say what it asks or no longer does. */
    MEANINGS("meanings"),
    /** The rest of an object. */
    SETTINGS("other settings");

    private final String title;

    ChangeArea(String title) {
        this.title = title;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** For programs: lower case with hyphens. */
    public String encode() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
