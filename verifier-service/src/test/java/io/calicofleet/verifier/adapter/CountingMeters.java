package io.calicofleet.verifier.adapter;

import io.calicofleet.event.StepJudged;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** Counts, for tests to look at. */
final class CountingMeters implements VerifierMeters {

    private final Map<Checked, Integer> checks = new EnumMap<>(Checked.class);
    private final Map<Line, Integer> lines = new EnumMap<>(Line.class);
    private int open;
    private int deadLetters;
    private int silent;

    int stillOpen() {
        return open;
    }

    int deadLetters() {
        return deadLetters;
    }

    int timesSilent() {
        return silent;
    }

    int count(Checked outcome) {
        return checks.getOrDefault(outcome, 0);
    }

    int count(Line kind) {
        return lines.getOrDefault(kind, 0);
    }

    @Override
    public void opened() {}

    @Override
    public void replaced() {}

    @Override
    public void judged(StepJudged verdict, Duration took) {}

    @Override
    public void checked(Checked outcome) {
        checks.merge(outcome, 1, Integer::sum);
    }

    @Override
    public void silent() {
        silent++;
    }

    @Override
    public void line(Line kind) {
        lines.merge(kind, 1, Integer::sum);
    }

    @Override
    public void deadLetter(String topic) {
        deadLetters++;
    }

    @Override
    public void open(int change) {
        open += change;
    }
}
