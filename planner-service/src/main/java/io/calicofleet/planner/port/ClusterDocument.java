package io.calicofleet.planner.port;

import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ClusterStatus} as JSON, and what lists ask of it; each text is empty where the status does not say.
 *
 * @param cluster the cluster it is about
 * @param json all of it, but for lists and maps that are empty
 * @param phase its phase
 * @param wave the name of its wave
 * @param reason why it is held or failed
 * @param source the version it had
 * @param updatedAt when it was true
 * @param summary its sentence
 * @param read reads it, once for all who ask while there is room for it
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
        String summary,
        Read read) {

    /** One that nobody has read yet. */
    public ClusterDocument(
            ClusterId cluster,
            byte[] json,
            String phase,
            String wave,
            String reason,
            String source,
            String updatedAt,
            String summary) {
        this(cluster, json, phase, wave, reason, source, updatedAt, summary, new Read());
    }

    /** The status; empty where somebody else than a planner wrote it. */
    public Optional<ClusterStatus> status() {
        return read.status(json);
    }

    /** What was read, which the garbage collector may take. */
    public static final class Read {

        private volatile @Nullable SoftReference<ClusterStatus> known;

        private Read() {}

        private Optional<ClusterStatus> status(byte[] json) {
            SoftReference<ClusterStatus> before = known;
            ClusterStatus status = before == null ? null : before.get();
            if (status != null) {
                return Optional.of(status);
            }
            try {
                ClusterStatus read = EventJson.read(json, ClusterStatus.class);
                known = new SoftReference<>(read);
                return Optional.of(read);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
