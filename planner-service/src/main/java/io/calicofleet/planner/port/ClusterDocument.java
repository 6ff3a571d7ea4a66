package io.calicofleet.planner.port;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;

/**
 * A {@link ClusterStatus} as it came, and what lists ask of it; each text is empty where the status does not say.
 *
 * @param cluster the cluster it is about
 * @param json all of it
 * @param phase its phase
 * @param wave the name of its wave
 * @param reason why it is held or failed
 * @param source the version it had
 * @param updatedAt when it was true
 * @param summary its sentence
 */
@SuppressWarnings("ArrayRecordComponent") // handed on to the client as it is; never compared
public record ClusterDocument(
        ClusterId cluster,
        byte[] json,
        String phase,
        String wave,
        String reason,
        String source,
        String updatedAt,
        String summary) {}
