package io.calicofleet.executor.engine;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ObjectKey;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands around every call of a step. The one order of a write:
 *
 * <pre>
 *   record   how the object was before the campaign is kept
 *   retry    until there is an answer, each try being
 *   fence       may this executor still write? then
 *   write       in our name
 * </pre>
 */
final class Guard {

    /** Keeps how an object was before the campaign. */
    interface Recorder {
        /**
         * Makes sure it is kept; called before a write.
         *
         * @param deletion whether it is about to be deleted
         */
        void record(ObjectNode object, boolean deletion);
    }

    private final Runnable fence;
    private final RetryPolicy retries;
    private final @Nullable Recorder recorder;
    private final Set<ObjectKey> recorded = new HashSet<>();

    private Guard(Runnable fence, RetryPolicy retries, @Nullable Recorder recorder) {
        this.fence = requireNonNull(fence, "fence");
        this.retries = requireNonNull(retries, "retries");
        this.recorder = recorder;
    }

    /**
     * A guard that keeps no record.
     *
     * @param fence throws where there must be no more writes
     */
    Guard(Runnable fence, RetryPolicy retries) {
        this(fence, retries, null);
    }

    /** The same, keeping a record. */
    Guard recording(Recorder by) {
        return new Guard(fence, retries, by);
    }

    /** The fence alone, for what writes on its own. */
    Runnable fence() {
        return fence;
    }

    /** Around every read. */
    <T> T read(String what, Predicate<T> absent, Supplier<T> call) {
        return retries.read(what, absent, call);
    }

    /** Around a read that may find nothing. */
    <T> Optional<T> find(String what, Supplier<Optional<T>> call) {
        return retries.read(what, Optional::isEmpty, call);
    }

    /** Around every rehearsal of a write. */
    <T> T rehearse(String what, Supplier<T> call) {
        return retries.rehearse(what, call);
    }

    /** Around every write but a deletion. */
    <T> T write(ObjectNode object, Supplier<T> call) {
        return write(object, false, call);
    }

    /** Around every deletion. */
    void delete(ObjectNode object, Runnable call) {
        write(object, true, () -> {
            call.run();
            return object;
        });
    }

    /** Around the restart of a pod, of which nothing is kept. */
    void restart(ObjectNode pod, Runnable call) {
        boolean unused = retries.write(ObjectKey.of(pod).object(), () -> {
            fence.run();
            call.run();
            return true;
        });
    }

    private <T> T write(ObjectNode object, boolean deletion, Supplier<T> call) {
        ObjectKey key = ObjectKey.of(object);
        if (recorder != null && (deletion || !recorded.contains(key))) {
            recorder.record(object, deletion);
            recorded.add(key);
        }
        return retries.write(key.object(), () -> {
            fence.run();
            return call.get();
        });
    }
}
