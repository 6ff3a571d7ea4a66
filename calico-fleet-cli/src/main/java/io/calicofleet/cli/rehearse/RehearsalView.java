package io.calicofleet.cli.rehearse;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.output.Times;
import io.calicofleet.cli.rehearse.ObjectChanges.Action;
import io.calicofleet.cli.rehearse.ObjectChanges.Field;
import io.calicofleet.cli.rehearse.ObjectChanges.Written;
import io.calicofleet.cli.rehearse.RehearsalReport.Outcome;
import io.calicofleet.cli.rehearse.Restarts.Restart;
import io.calicofleet.cli.view.CampaignView;
import io.calicofleet.cli.view.ReviewView;
import io.calicofleet.event.ChangeEffect;
import io.calicofleet.event.ClusterFacts;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Customisation;
import io.calicofleet.event.HoldReason;
import io.calicofleet.event.OwnerFact;
import io.calicofleet.event.ReleaseChangeFact;
import io.calicofleet.event.ReleaseFacts;
import io.calicofleet.event.StepRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints how a rehearsal came out. */
final class RehearsalView {

    private static final int FIELDS = 12;
    private static final int CHANGES = 20;
    private static final int SAME = 5;
    private static final int LONGEST = 160;
    private static final int SHORT = 100;
    private static final String SCHEMA = ".schema.openAPIV3Schema.";

    private final Terminal terminal;

    RehearsalView(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(RehearsalReport report) {
        ClusterStatus status = report.status();
        Outcome outcome = report.outcome();
        terminal.line("");
        terminal.line(terminal.styled(Style.BOLD, report.subject()) + " on Kubernetes " + report.kubernetes() + ", "
                + (report.nodes() == 1 ? "1 node" : report.nodes() + " nodes") + ": " + or(status.source()) + " to "
                + or(status.target()));
        terminal.line(terminal.styled(style(outcome), outcome.sentence())
                + (outcome == Outcome.SUCCEEDED ? "" : ": " + CampaignView.why(status)) + "  ("
                + Times.shortly(report.took()) + " here)");
        ClusterFacts facts = report.facts();
        if (facts != null) {
            found(facts);
        }
        decide(status);
        steps(report);
        objects(report.objects());
        restarts(report.restarts());
        lines("notes", report.notes());
        lines("otherwise than in the campaign file", report.adjusted());
        lines("what a rehearsal cannot tell", report.limits());
    }

    private static Style style(Outcome outcome) {
        return switch (outcome) {
            case SUCCEEDED -> Style.GOOD;
            case HELD -> Style.WAITING;
            case REFUSED, FAILED -> Style.BAD;
        };
    }

    private static String or(@Nullable Object version) {
        return version == null ? "(unknown)" : version.toString();
    }

    private void title(String text) {
        terminal.line("");
        terminal.line(terminal.styled(Style.BOLD, text));
    }

    private void lines(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            title(title);
            lines.forEach(line -> terminal.line("  " + line));
        }
    }

    private void found(ClusterFacts facts) {
        title("found");
        terminal.line("  installed by  " + facts.installMethod() + ", " + or(facts.calicoVersion())
                + (facts.operatorVersion() == null ? "" : " by operator " + facts.operatorVersion())
                + (facts.datastore() == null ? "" : ", datastore " + facts.datastore())
                + (facts.install() == null ? "" : ", in " + facts.install().namespace()));
        ReleaseFacts releases = facts.releases();
        if (releases != null) {
            terminal.line("  base          "
                    + (releases.base() == null
                            ? "none is proven"
                            : releases.base() + ", proven to be what was installed"));
            releases.baseUnknown().forEach(why -> terminal.line("                " + why));
            terminal.line("  target        " + releases.target() + ", read from " + releases.targetWhere());
        }
        for (OwnerFact owner : facts.owners()) {
            terminal.line("  kept by       " + owner.title() + " (" + owner.owner() + "): " + owner.effect());
        }
        List<Customisation> changes = facts.customisations();
        if (!changes.isEmpty()) {
            terminal.line("  yours         " + (changes.size() == 1 ? "1 field" : changes.size() + " fields")
                    + " that you changed:");
            changes.stream()
                    .limit(CHANGES)
                    .forEach(change -> terminal.line("                " + change.object() + "  " + change.path() + "  "
                            + (change.value().isEmpty() ? "(removed)" : change.value())));
            more(changes.size() - CHANGES, "                ");
        }
        effects(facts, ChangeEffect.BLOCKS, "blocks        ");
        effects(facts, ChangeEffect.WARNS, "changes       ");
    }

    private void effects(ClusterFacts facts, ChangeEffect effect, String called) {
        for (ReleaseChangeFact change : facts.releaseChanges()) {
            if (change.effect() == effect) {
                terminal.line("  " + called + change.sentence());
            }
        }
    }

    private void more(int left, String indent) {
        if (left > 0) {
            terminal.line(indent + "and " + left + " more: -o json has all");
        }
    }

    private void decide(ClusterStatus status) {
        if (status.holdReason() == HoldReason.PREFLIGHT_OBJECTIONS) {
            lines("objections", status.objections());
        } else if (!status.conflicts().isEmpty() || !status.objections().isEmpty()) {
            title("to be decided");
            new ReviewView(terminal).questions(status);
            if (!status.conflicts().isEmpty()) {
                terminal.line("");
                terminal.line("  A campaign answers all of them alike by customisations: {"
                        + (status.holdReason() == HoldReason.BASE_UNKNOWN ? "withoutBase" : "onConflict")
                        + ": keep-mine} or take-new; --campaign FILE rehearses that.");
            }
        }
    }

    private void steps(RehearsalReport report) {
        ClusterStatus status = report.status();
        title("steps");
        Table steps = Table.of("step", "state", "took>", "what came of it");
        for (StepRecord step : status.steps()) {
            steps.row(
                    CampaignView.step(step.step()),
                    step.state(),
                    step.finishedAt() == null
                            ? "-"
                            : Times.shortly(Duration.between(step.startedAt(), step.finishedAt())),
                    step.message());
        }
        steps.print(terminal);
        if (!status.remaining().isEmpty() && report.outcome() != Outcome.SUCCEEDED) {
            terminal.line("  not reached: " + String.join(", ", status.remaining()));
        }
        report.verdicts().values().forEach(gates -> new CampaignView(terminal).gates(gates));
    }

    private void objects(List<Written> objects) {
        title("objects written");
        for (Action action : List.of(Action.CREATED, Action.CHANGED, Action.DELETED)) {
            for (Written written : objects) {
                if (written.action() == action) {
                    terminal.line("  " + sign(action) + " " + written.object());
                    fields(written.fields());
                }
            }
        }
        List<String> same = objects.stream()
                .filter(written -> written.action() == Action.SAME)
                .map(Written::object)
                .toList();
        if (!same.isEmpty()) {
            terminal.line("  = " + same.size() + " say what they said before, but for calico-fleet's marks: "
                    + String.join(", ", same.subList(0, Math.min(SAME, same.size())))
                    + (same.size() > SAME ? ", ..." : ""));
        }
        if (objects.isEmpty()) {
            terminal.line("  none");
        }
    }

    /** The fields of a definition's schema are many and say little: their names are enough, and of its texts how many. */
    private void fields(List<Field> fields) {
        List<Field> others =
                fields.stream().filter(field -> !field.path().contains(SCHEMA)).toList();
        others.stream().limit(FIELDS).forEach(this::field);
        more(others.size() - FIELDS, "      ");
        List<String> schema = fields.stream()
                .map(Field::path)
                .filter(path -> path.contains(SCHEMA))
                .map(path ->
                        path.substring(path.indexOf(SCHEMA) + SCHEMA.length()).replace("properties.", ""))
                .toList();
        List<String> told =
                schema.stream().filter(path -> !path.endsWith("description")).toList();
        if (!told.isEmpty()) {
            terminal.line("      " + (told.size() == 1 ? "1 field" : told.size() + " fields") + " of its schema: "
                    + String.join(", ", told.subList(0, Math.min(SAME, told.size())))
                    + (told.size() > SAME ? ", ..." : ""));
        }
        int texts = schema.size() - told.size();
        if (texts > 0) {
            terminal.line("      " + (texts == 1 ? "1 text" : texts + " texts") + " of its schema");
        }
    }

    private void field(Field field) {
        String before = field.before();
        String after = field.after();
        boolean lines = isLong(before) || isLong(after);
        if (before != null && after != null && !lines) {
            terminal.line("      " + field.path() + ": " + quoted(before) + " -> " + quoted(after));
            return;
        }
        if (!lines) {
            terminal.line(
                    "      " + field.path() + ": " + (after == null ? "- " + quoted(before) : "+ " + quoted(after)));
            return;
        }
        terminal.line("      " + field.path() + ":");
        each("- ", before);
        each("+ ", after);
    }

    private static boolean isLong(@Nullable String value) {
        return value != null && (value.contains("\n") || value.length() > SHORT);
    }

    private void each(String sign, @Nullable String text) {
        if (text != null) {
            List<String> lines = text.lines().toList();
            lines.stream().limit(FIELDS).forEach(line -> terminal.line("        " + sign + shortened(line)));
            more(lines.size() - FIELDS, "        ");
        }
    }

    private static String quoted(@Nullable String value) {
        return value == null || value.isEmpty() ? "\"\"" : shortened(value);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private String sign(Action action) {
        return switch (action) {
            case CREATED -> terminal.styled(Style.GOOD, "+") + " new     ";
            case CHANGED -> terminal.styled(Style.WAITING, "~") + " changed ";
            case DELETED -> terminal.styled(Style.BAD, "-") + " deleted ";
            case SAME -> "=";
        };
    }

    private void restarts(List<Restart> restarts) {
        if (restarts.isEmpty()) {
            lines("restarts", List.of("none"));
            return;
        }
        title("restarts");
        Table table = Table.of("workload", "pods before>", "restarted>", "pods after>", "how");
        restarts.forEach(restart -> table.row(
                restart.workload(),
                String.valueOf(restart.before()),
                String.valueOf(restart.replaced()),
                String.valueOf(restart.after()),
                restart.how()));
        table.print(terminal);
    }
}
