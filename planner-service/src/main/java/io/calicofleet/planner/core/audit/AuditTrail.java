package io.calicofleet.planner.core.audit;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.AuditHead;
import io.calicofleet.event.AuditRecorded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks chains of audit records: whether one was removed, changed, moved or repeated. What was removed from the end of a chain is found by
 * the heads that chains begun later tell, and by nothing before there is one.
 */
public final class AuditTrail {

    private AuditTrail() {}

    /**
     * A record as it is kept.
     *
     * @param record what it says
     * @param digest its SHA-256 as it is kept
     */
    public record Kept(AuditRecorded record, String digest) {
        public Kept {
            requireNonNull(record, "record");
            requireNonNull(digest, "digest");
        }
    }

    /**
     * What is wrong with a record, or where one is missing.
     *
     * @param writer of which chain
     * @param sequence at which place
     * @param why what is wrong, as in {@code record 7 of W ...}
     */
    public record Wrong(String writer, long sequence, String why) {

        @Override
        public String toString() {
            return "record " + sequence + " of " + writer + " " + why;
        }
    }

    /**
     * Checks all that is kept.
     *
     * @param kept those of a writer in the order in which they are kept
     * @param whole whether it is all that is kept, from the beginning on; else what is before is not asked about
     * @param now the time
     * @param keeps for how long records are kept: what is older may be gone
     * @return the first wrong one of each chain that has one
     */
    public static List<Wrong> check(List<Kept> kept, boolean whole, Instant now, Duration keeps) {
        Map<String, List<Kept>> chains = new LinkedHashMap<>();
        kept.forEach(one -> chains.computeIfAbsent(one.record().writer(), writer -> new ArrayList<>())
                .add(one));
        Instant oldest = now.minus(keeps);
        List<Wrong> wrong = new ArrayList<>();
        chains.forEach((writer, chain) -> inChain(writer, chain, whole, oldest).ifPresent(wrong::add));
        if (whole) {
            missingHeads(chains, oldest).forEach(head -> {
                if (wrong.stream().noneMatch(found -> found.writer().equals(head.writer()))) {
                    wrong.add(head);
                }
            });
        }
        return wrong;
    }

    private static Optional<Wrong> inChain(String writer, List<Kept> chain, boolean whole, Instant oldest) {
        AuditRecorded first = chain.getFirst().record();
        if (whole && first.sequence() > 0 && first.begun().isAfter(oldest)) {
            return Optional.of(new Wrong(writer, 0, "is missing: the first that is kept is " + first.sequence()));
        }
        Kept before = null;
        for (Kept next : chain) {
            Optional<String> why = before == null ? ofFirst(next.record()) : after(before, next);
            if (why.isPresent()) {
                boolean missing = before != null
                        && next.record().sequence() > before.record().sequence() + 1;
                return Optional.of(new Wrong(
                        writer,
                        missing
                                ? requireNonNull(before).record().sequence() + 1
                                : next.record().sequence(),
                        why.get()));
            }
            before = next;
        }
        return Optional.empty();
    }

    private static Optional<String> ofFirst(AuditRecorded first) {
        return first.sequence() == 0 && first.previous() != null
                ? Optional.of("is the first and names one before it")
                : Optional.empty();
    }

    private static Optional<String> after(Kept before, Kept next) {
        long expected = before.record().sequence() + 1;
        long is = next.record().sequence();
        if (is > expected) {
            return Optional.of(
                    is == expected + 1 ? "is missing" : "and the " + (is - expected - 1) + " after it are missing");
        }
        if (is < expected) {
            return Optional.of("comes after record " + before.record().sequence() + ": it was moved or repeated");
        }
        if (!before.digest().equals(next.record().previous())) {
            return Optional.of("does not follow the one before it as that is kept: one of the two was changed");
        }
        return before.record().begun().equals(next.record().begun())
                ? Optional.empty()
                : Optional.of("says that its chain began at another time");
    }

    /** Ends of chains that others have seen and that are not there any more. */
    private static List<Wrong> missingHeads(Map<String, List<Kept>> chains, Instant oldest) {
        Map<String, Map<Long, String>> digests = new HashMap<>();
        chains.forEach((writer, chain) -> {
            Map<Long, String> ofChain = new HashMap<>();
            chain.forEach(one -> ofChain.putIfAbsent(one.record().sequence(), one.digest()));
            digests.put(writer, ofChain);
        });
        List<Wrong> wrong = new ArrayList<>();
        for (List<Kept> chain : chains.values()) {
            for (Kept one : chain) {
                for (AuditHead head : one.record().heads()) {
                    @Nullable
                    String found = digests.getOrDefault(head.writer(), Map.of()).get(head.sequence());
                    if (found == null && head.at().isAfter(oldest)) {
                        wrong.add(new Wrong(
                                head.writer(),
                                head.sequence(),
                                "is missing: " + one.record().writer() + " had seen it when it began"));
                    } else if (found != null && !found.equals(head.digest())) {
                        wrong.add(new Wrong(
                                head.writer(),
                                head.sequence(),
                                "was changed: " + one.record().writer() + " had seen another when it began"));
                    }
                }
            }
        }
        return wrong;
    }
}
