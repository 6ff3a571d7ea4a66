package io.calicofleet.executor.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.executor.core.datastore.CalicoDatastore;
import io.calicofleet.executor.core.datastore.CalicoKind;
import io.calicofleet.model.release.ObjectKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sees to it that what undoes a write is recorded before it is made: the resource in the form of projectcalico.org/v3,
 * since that outlasts the ways it is stored. Whatever a step writes goes through here.
 */
final class RecordedDatastore extends ForwardingDatastore {

    /** Keeps how a resource was before the campaign. */
    interface Recorder {
        /**
         * Makes sure it is kept; {@code before} reads it.
         *
         * @param deletion whether it is about to be deleted
         */
        void record(ObjectKey key, boolean deletion, Supplier<Optional<ObjectNode>> before);
    }

    private final CalicoDatastore calico;
    private final Recorder recorder;
    private final Set<ObjectKey> recorded = new HashSet<>();

    RecordedDatastore(CalicoDatastore calico, Recorder recorder) {
        super(calico);
        this.calico = requireNonNull(calico, "calico");
        this.recorder = requireNonNull(recorder, "recorder");
    }

    @Override
    protected <T> T read(String what, Supplier<T> call) {
        return call.get();
    }

    @Override
    protected <T> T write(ObjectNode resource, Supplier<T> call) {
        ObjectKey key = ObjectKey.of(resource);
        if (!recorded.contains(key)) {
            recorder.record(key, false, () -> present(CalicoKind.of(resource), key));
            recorded.add(key);
        }
        return call.get();
    }

    @Override
    protected <T> T deletion(ObjectNode resource, Supplier<T> call) {
        ObjectKey key = ObjectKey.of(resource);
        recorder.record(key, true, () -> present(CalicoKind.of(resource), key));
        recorded.add(key);
        return call.get();
    }

    private Optional<ObjectNode> present(CalicoKind kind, ObjectKey key) {
        return kind.namespaced()
                ? calico.list(kind).stream()
                        .filter(resource -> ObjectKey.of(resource).equals(key))
                        .findFirst()
                : calico.find(kind, key.name());
    }
}
