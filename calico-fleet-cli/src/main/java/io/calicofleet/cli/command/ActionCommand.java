package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people ask of a campaign that runs: one shape for all of it, what differs is in {@link Action}. */
@Command
final class ActionCommand implements Callable<Integer> {

    private static final String REASON = "--reason";
    private static final String CLUSTER = "--cluster";
    private static final String CONFLICTS = "--conflicts";
    private static final String ANSWER = "--answer";
    private static final String SUGGESTED_POLICY = "--apply-suggested-policy";
    private static final String DIGEST = "--digest";
    private static final String BREAK_GLASS = "--break-glass";
    private static final String POLICY = "--policy";
    private static final String ALL = "--all";
    private static final String UNTIL = "--until";
    private static final String FOR = "--for";
    private static final String TIMEOUT = "--timeout";

    /** Digits of the digest of what an approval is of; those of reviews, plans and revisions are shorter. */
    private static final int WHOLE_DIGEST = 64;

    /** What there is to ask for; in lower case the name of the command and the end of its path. */
    enum Action {
        APPROVE(
                "Let go on what waits for a person: a review, conflicts, policies, a wave.",
                "is approved",
                Takes.ALL_THAT_WAITS),
        PAUSE(
                "Start nothing new; what is under way finishes.",
                "pausing: what is under way finishes, nothing new starts",
                Takes.NO_CLUSTER),
        RESUME("Go on after a pause, or, with --all, after the stop of everything.", "goes on", Takes.NO_CLUSTER),
        ABORT(
                "End it: each cluster finishes the step it is in, but for a review of its traffic, then stops.",
                "aborting: each cluster finishes the step it is in",
                Takes.NO_CLUSTER,
                "Clusters that are not done stay as they are, and the campaign cannot go on."),
        RETRY("Try again what failed or was held.", "is tried again", Takes.ALL_THAT_FAILED),
        SKIP("Leave a cluster out of the campaign.", "is left out", Takes.ONE_CLUSTER),
        TAKE_OVER(
                "Take a cluster from the campaign it waits for, which leaves it out.",
                "is taken over; the other campaign leaves it out",
                Takes.ONE_CLUSTER,
                "The campaign that has the cluster stops on it before its next write, and leaves it out.");

        private final String description;
        private final String done;
        private final Takes takes;
        private final String warning;

        Action(String description, String done, Takes takes) {
            this(description, done, takes, "");
        }

        /** One that cannot be taken back, and so is asked about. */
        Action(String description, String done, Takes takes, String warning) {
            this.description = description;
            this.done = done;
            this.takes = takes;
            this.warning = warning;
        }

        /** Whether people will ask why. */
        private boolean needsReason() {
            return switch (this) {
                case APPROVE, ABORT, RETRY, SKIP -> true;
                case PAUSE, RESUME, TAKE_OVER -> false;
            };
        }

        private String encode() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What of it an action is about. */
    private enum Takes {
        NO_CLUSTER,
        ONE_CLUSTER,
        ALL_THAT_WAITS,
        ALL_THAT_FAILED;

        private String description() {
            return switch (this) {
                case NO_CLUSTER -> "";
                case ONE_CLUSTER -> "The cluster";
                case ALL_THAT_WAITS, ALL_THAT_FAILED ->
                    "Only this cluster. Default: "
                            + name().toLowerCase(Locale.ROOT).replace('_', ' ');
            };
        }
    }

    /** Whose side conflicting fields take. */
    enum Side {
        KEEP_MINE,
        TAKE_NEW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Action action;
    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Mixin
    private final Confirmation confirmation = new Confirmation();

    @Parameters(paramLabel = "NAME", description = "The campaign")
    private String name = "";

    @Option(names = ALL, description = "End the stop of everything: all campaigns go on where they were")
    private boolean all;

    @Option(
            names = UNTIL,
            paramLabel = "TIME",
            description = "It ends by itself then, such as 2026-12-01T06:00:00+01:00")
    private @Nullable OffsetDateTime until;

    @Option(names = FOR, paramLabel = "DURATION", description = "It ends by itself after that, such as PT2H")
    private @Nullable Duration length;

    @Option(names = CLUSTER, paramLabel = "ID")
    private @Nullable String cluster;

    @Option(names = REASON, paramLabel = "TEXT", description = "Why; recorded")
    private @Nullable String reason;

    @Option(
            names = CONFLICTS,
            paramLabel = "SIDE",
            description = "Whose side conflicting fields take: ${COMPLETION-CANDIDATES}. Default: keep-mine")
    private @Nullable Side conflicts;

    @Option(
            names = ANSWER,
            paramLabel = "QUESTION=SIDE",
            description = "What one question of the review takes, by the eight digits before it; may be given again."
                    + " --conflicts is for all others")
    private Map<String, Side> answers = new LinkedHashMap<>();

    @Option(names = SUGGESTED_POLICY, description = "Put the suggested policy in place before the temporary one goes")
    private boolean applySuggestedPolicy;

    @Option(
            names = BREAK_GLASS,
            description =
                    "Let it count for all approvals that the wave needs, whoever may give them: for an admin, with a reason, and"
                            + " told everywhere")
    private boolean breakGlass;

    @Option(
            names = DIGEST,
            paramLabel = "DIGEST",
            description =
                    "The digest of what was looked at: a traffic review, a plan, or, of the whole campaign, a revision, or the wave"
                            + " that waits, whose digest explain shows. Default: the wave that waits now")
    private @Nullable String digest;

    @Option(
            names = POLICY,
            paramLabel = "FILE",
            description = "Put the policy of this file in place, such as the suggested one after changes")
    private @Nullable Path policy;

    @Option(
            names = TIMEOUT,
            paramLabel = "TIME",
            defaultValue = "10m",
            converter = TimeLimit.class,
            description =
                    "How long to wait for a passkey on the page, where the approval is signed with one, such as 90s, 10m, 4h."
                            + " Default: 10m")
    private Duration timeout = Duration.ofMinutes(10);

    private ActionCommand(Action action, Terminal terminal) {
        this.action = action;
        this.terminal = terminal;
    }

    /** The command of an action, with the options it takes. */
    static CommandLine line(Action action, Terminal terminal) {
        CommandSpec spec = CommandSpec.forAnnotatedObject(new ActionCommand(action, terminal))
                .name(action.encode());
        spec.usageMessage().description(action.description);
        OptionSpec cluster = spec.findOption(CLUSTER);
        spec.remove(cluster);
        if (action.takes != Takes.NO_CLUSTER) {
            spec.addOption(OptionSpec.builder(cluster)
                    .required(action.takes == Takes.ONE_CLUSTER)
                    .description(action.takes.description())
                    .build());
        }
        if (action == Action.RESUME) {
            PositionalParamSpec name = spec.positionalParameters().getFirst();
            spec.remove(name);
            spec.addPositional(PositionalParamSpec.builder(name).arity("0..1").build());
        } else {
            spec.remove(spec.findOption(ALL));
        }
        if (action != Action.PAUSE) {
            spec.remove(spec.findOption(UNTIL));
            spec.remove(spec.findOption(FOR));
        }
        if (action.warning.isEmpty()) {
            spec.remove(spec.findOption("--yes"));
        }
        if (action.needsReason()) {
            OptionSpec reason = spec.findOption(REASON);
            spec.remove(reason);
            spec.addOption(OptionSpec.builder(reason).required(true).build());
        }
        if (action != Action.APPROVE) {
            spec.remove(spec.findOption(CONFLICTS));
            spec.remove(spec.findOption(ANSWER));
            spec.remove(spec.findOption(SUGGESTED_POLICY));
            spec.remove(spec.findOption(BREAK_GLASS));
            spec.remove(spec.findOption(DIGEST));
            spec.remove(spec.findOption(POLICY));
            spec.remove(spec.findOption(TIMEOUT));
        } else {
            spec.usageMessage()
                    .footer(
                            "",
                            "An approval that is signed with a passkey is given on the page: its address is printed, and waited for.",
                            "Exit code 0: it is given; 1: not in time, or it is waited for no longer.");
        }
        return new CommandLine(spec);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (all != name.isEmpty()) {
            throw CliException.usage(
                    all ? "resume takes a campaign or --all, not both" : "resume which campaign? Or --all");
        }
        ObjectNode body = body();
        if (all && reason == null) {
            throw CliException.usage("resume --all needs a reason: --reason TEXT");
        }
        if (!action.warning.isEmpty()) {
            confirmation.ask(terminal, action.warning);
        }
        if (action == Action.APPROVE && cluster == null) {
            SignedOnThePage page = new SignedOnThePage(terminal, server);
            JsonNode waiting = page.waiting(name, digest).orElse(null);
            if (waiting != null && waiting.path("passkey").asBoolean() && !breakGlass) {
                return page.await(name, waiting, Objects.requireNonNull(reason), timeout);
            }
            if (waiting != null && !breakGlass) {
                bind(body, waiting);
            }
        }
        JsonNode answer = all
                ? server.client().post("/fleet/resume", body)
                : server.client().act(name, action.encode(), body);
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else {
            terminal.line((all ? "everything" : cluster == null ? name : name + "/" + cluster) + ": " + action.done);
            answer.path("notes").forEach(note -> terminal.errorLine("note: " + note.asText()));
            String starts = answer.path("starts").asText();
            if (!starts.isEmpty()) {
                terminal.line("then:  " + starts);
            }
        }
        return ExitCodes.OK;
    }

    /** What was looked at is approved and nothing else; what waits now where no digest was given. */
    private void bind(ObjectNode body, JsonNode waiting) {
        String of = waiting.path("digest").asText();
        body.put("approval", of);
        String revision = waiting.path("revision").asText();
        if (!revision.isEmpty()) {
            body.put("digest", revision);
        }
        if (!server.output().structured()) {
            terminal.line(
                    "approves " + waiting.path("subject").path("what").asText() + " of " + name + ", digest " + of);
        }
    }

    private ObjectNode body() {
        ObjectNode body = FleetClient.body().put("reason", reason == null ? "by command" : reason);
        if (cluster != null) {
            body.put("cluster", cluster);
        }
        Optional<Instant> ends = ends(InstantSource.system().instant());
        if (ends.isPresent()) {
            body.put("until", ends.orElseThrow().toString());
        }
        if (conflicts != null) {
            body.put("conflicts", conflicts.toString());
        }
        if (!answers.isEmpty()) {
            ArrayNode list = body.putArray("answers");
            answers.forEach((question, side) ->
                    list.addObject().put("question", question).put("answer", side.toString()));
        }
        if (digest != null) {
            body.put(cluster == null && digest.length() == WHOLE_DIGEST ? "approval" : "digest", digest);
        }
        if (breakGlass) {
            body.put("breakGlass", true);
        }
        if (policy != null) {
            body.put("policy", read(policy));
        }
        return applySuggestedPolicy || policy != null ? body.put("applySuggestedPolicy", true) : body;
    }

    /** When a pause ends by itself. */
    private Optional<Instant> ends(Instant now) {
        if (until != null && length != null) {
            throw CliException.usage(UNTIL + " and " + FOR + " say the same: give one of them");
        }
        if (length != null && (length.isNegative() || length.isZero())) {
            throw CliException.usage(FOR + " " + length + " has passed already");
        }
        return until != null
                ? Optional.of(until.toInstant())
                : Optional.ofNullable(length).map(now.truncatedTo(ChronoUnit.SECONDS)::plus);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CliException.usage(POLICY + " " + file + " cannot be read: " + e.getMessage());
        }
    }
}
