package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A field of the install that a person changed.
 *
 * @param object the object, as kind namespace/name
 * @param path the field in it, list entries by their merge key: spec.template.spec.containers[calico-node].env[FELIX_LOGSEVERITYSCREEN]
 * @param value what it is set to, as JSON; empty where it was removed; hidden where it may be secret
 */
public record Customisation(String object, String path, String value) {

    public Customisation {
        requireNonNull(object, "object");
        requireNonNull(path, "path");
        requireNonNull(value, "value");
    }
}
