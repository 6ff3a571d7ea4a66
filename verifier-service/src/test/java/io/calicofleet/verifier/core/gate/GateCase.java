package io.calicofleet.verifier.core.gate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.ClusterObservation;
import io.calicofleet.event.GateKind;
import io.calicofleet.event.GateRequirement;
import io.calicofleet.event.StepId;
import io.calicofleet.verifier.Golden;
import io.calicofleet.verifier.core.traffic.KernelLogParser;
import io.calicofleet.verifier.core.traffic.TrafficLimits;
import io.calicofleet.verifier.core.traffic.TrafficTally;
import io.calicofleet.verifier.core.verification.Verification;
import io.calicofleet.verifier.core.verification.VerifierCore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one gate is asked and shown: a file gates/GATE/CASE/observations.yaml, as it is or changed in one place. The cluster
 * is seen all the while, from the first observation after the step has acted.
 */
final class GateCase {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final GateKind kind;
    private final ObjectNode document;

    private GateCase(GateKind kind, ObjectNode document) {
        this.kind = kind;
        this.document = document;
    }

    /** What a case gives. Times are durations since the step was asked for. */
    private record Given(
            List<GateRequirement> gates,
            @Nullable CalicoVersion target,
            @Nullable List<Seen> checks,
            @Nullable List<Heard> traffic,
            Duration judgedAfter) {}

    private record Seen(
            Duration after, boolean acted, @Nullable Integer sequence, ClusterObservation observation) {}

    private record Heard(Duration after, String node, String log) {}

    /** The case of that name. */
    static GateCase of(GateKind kind, String name) {
        return of(kind, Path.of("src", "test", "resources", "gates", kind.name(), name));
    }

    /** The case of that folder. */
    static GateCase of(GateKind kind, Path folder) {
        try {
            return new GateCase(
                    kind, (ObjectNode) Golden.YAML.readTree(Files.readString(folder.resolve("observations.yaml"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, every observation changed in one place: {@code yaml} is set at {@code pointer}, or added to its list by {@code /-}. */
    GateCase with(String pointer, String yaml) {
        ObjectNode changed = document.deepCopy();
        changed.withArray("checks")
                .forEach(check -> set(check.path("observation"), JsonPointer.compile(pointer), yaml));
        return new GateCase(kind, changed);
    }

    /** The same, asked or told otherwise: {@code yaml} is set at {@code pointer} of the whole case. */
    GateCase given(String pointer, String yaml) {
        ObjectNode changed = document.deepCopy();
        set(changed, JsonPointer.compile(pointer), yaml);
        return new GateCase(kind, changed);
    }

    private static void set(JsonNode root, JsonPointer pointer, String yaml) {
        JsonNode value = tree(yaml);
        JsonNode parent = root.at(pointer.head());
        String last = pointer.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array && last.equals("-")) {
            array.add(value);
        } else {
            throw new IllegalArgumentException("there is nothing at " + pointer.head() + " to change");
        }
    }

    private static JsonNode tree(String yaml) {
        try {
            return Golden.YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the gate makes of it. */
    GateVerdict verdict() {
        Given given = given();
        GateRequirement requirement = given.gates().stream()
                .filter(gate -> gate.kind() == kind)
                .findFirst()
                .orElseThrow();
        Verification verification = new Verification(
                StepId.parse("calico-3-22/c01/upgrade/1"),
                START,
                given.gates(),
                given.target(),
                null,
                0,
                0,
                Verification.LONGEST,
                Duration.ZERO,
                ObservationHistory.NONE,
                null);
        long sequence = 0;
        Duration before = null;
        Duration acted = null;
        for (Seen seen : given.checks() == null ? List.<Seen>of() : given.checks()) {
            sequence = seen.sequence() == null ? sequence + 1 : seen.sequence();
            Check check = new Check(
                    "run", sequence, seen.acted(), seen.observation(), START.plus(seen.after()), Duration.ofDays(1));
            Duration since = before == null ? null : seen.after().minus(before);
            verification = VerifierCore.see(verification, check, since).orElse(verification);
            before = seen.after();
            acted = acted == null && seen.acted() ? seen.after() : acted;
        }
        TrafficTally tally = new TrafficTally(TrafficLimits.DEFAULT);
        KernelLogParser parser = new KernelLogParser(List.of(KernelLogParser.DEFAULT_PREFIX));
        for (Heard heard : given.traffic() == null ? List.<Heard>of() : given.traffic()) {
            tally.add(heard.node(), parser.parse(heard.log()), START.plus(heard.after()));
        }
        return Gates.of(kind)
                .judge(
                        requirement,
                        new Evidence(START, given.target(), verification.history(), tally, Golden.POLICIES),
                        acted == null
                                ? given.judgedAfter()
                                : given.judgedAfter().minus(acted));
    }

    /** What the gate misses; nothing where it passes. */
    List<String> missing() {
        return switch (verdict()) {
            case GateVerdict.Passed passed -> List.of();
            case GateVerdict.NotYet notYet -> notYet.missing();
            case GateVerdict.Contested by -> throw new AssertionError("contested: " + by.reason());
            case GateVerdict.Failed failed -> throw new AssertionError("failed: " + failed.reason());
            case GateVerdict.NeedsApproval needs -> throw new AssertionError("needs an approval: " + needs.reason());
        };
    }

    private Given given() {
        try {
            return Golden.YAML.treeToValue(document, Given.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
