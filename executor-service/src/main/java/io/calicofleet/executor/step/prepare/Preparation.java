package io.calicofleet.executor.step.prepare;

import io.calicofleet.event.InstallMethod;
import io.calicofleet.executor.port.StepContext;
import java.util.List;
import java.util.Optional;

/**
 * Something that has to be right before an upgrade. It looks first and does only what is missing, so that it may be asked
 * again; whatever it writes is recorded, so that the restore undoes it.
 */
interface Preparation {

    /** Whether clusters of this install need it. */
    boolean isFor(InstallMethod method);

    /** Looks, and puts right what it can. */
    Prepared prepare(StepContext context);

    /**
     * What came of it.
     *
     * @param changes what it changed, an object each
     * @param notes what a person should know
     * @param refused why the upgrade must not go on; empty where it may
     */
    record Prepared(List<String> changes, List<String> notes, Optional<String> refused) {

        /** Nothing to do, nothing to say. */
        static final Prepared NOTHING = new Prepared(List.of(), List.of(), Optional.empty());

        public Prepared {
            changes = List.copyOf(changes);
            notes = List.copyOf(notes);
        }

        static Prepared changed(List<String> changes) {
            return new Prepared(changes, List.of(), Optional.empty());
        }

        static Prepared noted(List<String> notes) {
            return new Prepared(List.of(), notes, Optional.empty());
        }

        static Prepared refused(List<String> changes, String why) {
            return new Prepared(changes, List.of(), Optional.of(why));
        }
    }
}
