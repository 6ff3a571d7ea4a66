package io.calicofleet.model.felix.validation;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * What a Felix makes of an object of its datastore.
 *
 * @param faults what is wrong with it; none: Felix does what it says
 */
public record Assessment(List<Fault> faults) {

    /** How a fault ends. */
    public enum Kind {
        /** Felix leaves the whole object out, as if it were not there, and only logs that. */
        DROPPED,
        /**
         * Felix takes it, the tools of the kernel do not: Felix panics and starts again for ever, and programs nothing else
         * either. It does so only where the object is in use, which for a policy is where it selects an endpoint.
         */
        POISON,
        /** A selector cannot be read; the sentence has its text. */
        UNREADABLE_SELECTOR,
        /** Felix leaves out a part of it, and the rest means something else than it says. */
        PART_LEFT_OUT
    }

    /**
     * A fault.
     *
     * @param kind how it ends
     * @param absent whether the whole object is left out for it
     * @param why a sentence without its subject and its full stop, such as {@code ingress rule 1 has port 0}
     */
    public record Fault(Kind kind, boolean absent, String why) {
        public Fault {
            requireNonNull(kind, "kind");
            requireNonNull(why, "why");
        }
    }

    public Assessment {
        faults = List.copyOf(faults);
    }

    /** Whether Felix does what the object says. */
    public boolean isValid() {
        return faults.isEmpty();
    }

    /** Whether the object is as if it were not there. */
    public boolean isAbsent() {
        return faults.stream().anyMatch(Fault::absent);
    }

    /** Whether Felix cannot live with it. What is absent is no poison, but for what Felix falls over as it leaves it out. */
    public boolean isPoison() {
        return isAbsent() ? fatal().isPresent() : first(Kind.POISON).isPresent();
    }

    /** What Felix falls over as it leaves the object out, whatever the object is about. */
    public Optional<Fault> fatal() {
        return faults.stream()
                .filter(fault -> fault.kind() == Kind.POISON && fault.absent())
                .findFirst();
    }

    /** Whether a selector of it cannot be read. */
    public boolean isUnreadable() {
        return first(Kind.UNREADABLE_SELECTOR).isPresent();
    }

    /** The first fault of a kind. */
    public Optional<Fault> first(Kind kind) {
        return faults.stream().filter(fault -> fault.kind() == kind).findFirst();
    }

    /** All faults in one sentence without its subject; empty where there are none. */
    public String why() {
        return String.join("; ", faults.stream().map(Fault::why).distinct().toList());
    }
}
