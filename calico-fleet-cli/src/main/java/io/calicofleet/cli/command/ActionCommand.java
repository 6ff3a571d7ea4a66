package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What people ask of a campaign that runs. One class per command; what they share is here. */
abstract class ActionCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final String action;
    private final String done;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Parameters(paramLabel = "NAME", description = "The campaign")
    private String name = "";

    private ActionCommand(Terminal terminal, String action, String done) {
        this.terminal = terminal;
        this.action = action;
        this.done = done;
    }

    abstract ObjectNode body();

    @Override
    public Integer call() {
        ObjectNode body = body();
        JsonNode answer = server.client().act(name, action, body);
        if (server.output().structured()) {
            server.output().print(terminal, answer);
        } else {
            String cluster = body.path("cluster").asText("");
            terminal.line((cluster.isEmpty() ? name : name + "/" + cluster) + ": " + done);
        }
        return ExitCodes.OK;
    }

    static ObjectNode body(@Nullable String reason, @Nullable String cluster, String otherwise) {
        ObjectNode body = FleetClient.body().put("reason", reason == null ? otherwise : reason);
        return cluster == null ? body : body.put("cluster", cluster);
    }

    /** Starts nothing new. */
    @Command(name = "pause", description = "Start nothing new; what is under way finishes.")
    static final class Pause extends ActionCommand {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        Pause(Terminal terminal) {
            super(terminal, "pause", "pausing: what is under way finishes, nothing new starts");
        }

        @Override
        ObjectNode body() {
            return body(reason, null, "paused by command");
        }
    }

    /** Goes on. */
    @Command(name = "resume", description = "Go on after a pause.")
    static final class Resume extends ActionCommand {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        Resume(Terminal terminal) {
            super(terminal, "resume", "goes on");
        }

        @Override
        ObjectNode body() {
            return body(reason, null, "resumed by command");
        }
    }

    /** Ends the campaign early. */
    @Command(name = "abort", description = "End it: each cluster finishes the step it is in, then stops.")
    static final class Abort extends ActionCommand {
        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        Abort(Terminal terminal) {
            super(terminal, "abort", "aborting: each cluster finishes the step it is in");
        }

        @Override
        ObjectNode body() {
            return body(reason, null, "aborted by command");
        }
    }

    /** Tries again what failed. */
    @Command(name = "retry", description = "Try again what failed or was held.")
    static final class Retry extends ActionCommand {
        @Option(names = "--cluster", paramLabel = "ID", description = "Only this cluster. Default: all that failed")
        private @Nullable String cluster;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        Retry(Terminal terminal) {
            super(terminal, "retry", "is tried again");
        }

        @Override
        ObjectNode body() {
            return body(reason, cluster, "retried by command");
        }
    }

    /** Leaves a cluster out. */
    @Command(name = "skip", description = "Leave a cluster out of the campaign.")
    static final class Skip extends ActionCommand {
        @Option(names = "--cluster", required = true, paramLabel = "ID", description = "The cluster")
        private @Nullable String cluster;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        Skip(Terminal terminal) {
            super(terminal, "skip", "is left out");
        }

        @Override
        ObjectNode body() {
            return body(reason, cluster, "skipped by command");
        }
    }

    /** Lets what waits go on. */
    @Command(
            name = "approve",
            description = "Let go on what waits for a person: a review, conflicts, policies, a wave.")
    static final class Approve extends ActionCommand {
        /** Whose side conflicting fields take. */
        enum Side {
            KEEP_MINE,
            TAKE_NEW;

            @Override
            public String toString() {
                return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            }
        }

        @Option(names = "--cluster", paramLabel = "ID", description = "Only this cluster. Default: all that waits")
        private @Nullable String cluster;

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; recorded")
        private @Nullable String reason;

        @Option(
                names = "--conflicts",
                paramLabel = "SIDE",
                description = "Whose side conflicting fields take: ${COMPLETION-CANDIDATES}. Default: keep-mine")
        private @Nullable Side conflicts;

        @Option(
                names = "--apply-suggested-policy",
                description = "Put the suggested policy in place before the temporary one goes")
        private boolean applySuggestedPolicy;

        Approve(Terminal terminal) {
            super(terminal, "approve", "is approved");
        }

        @Override
        ObjectNode body() {
            ObjectNode body = body(reason, cluster, "");
            if (conflicts != null) {
                body.put("conflicts", conflicts.toString());
            }
            return applySuggestedPolicy ? body.put("applySuggestedPolicy", true) : body;
        }
    }
}
