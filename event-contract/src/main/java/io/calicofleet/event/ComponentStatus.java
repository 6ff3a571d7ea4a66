package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

/**
 * A TigeraStatus: what the operator says of one of its components.
 *
 * @param name the component, such as calico or apiserver
 * @param available condition Available
 * @param progressing condition Progressing
 * @param degraded condition Degraded
 * @param observedGeneration the generation of its resource the conditions are about; 0 where the operator does not say
 * @param message what the operator says of it where it is degraded or progressing; else empty
 */
public record ComponentStatus(
        String name,
        boolean available,
        boolean progressing,
        boolean degraded,
        long observedGeneration,
        String message) {

    public ComponentStatus {
        requireNonNull(name, "name");
        requireNonNull(message, "message");
    }
}
