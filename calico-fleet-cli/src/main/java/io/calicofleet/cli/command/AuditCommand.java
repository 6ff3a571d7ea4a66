package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.AuditRecorded;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.AuditTrail;
import io.calicofleet.planner.core.audit.AuditTrail.Kept;
import io.calicofleet.planner.core.audit.AuditTrail.Wrong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows who asked for what, and what was refused. */
@Command(
        name = "audit",
        synopsisSubcommandLabel = "[verify]",
        description = {
            "Show who asked for what, from where, and what was refused; -o json has all that can be verified later.",
            "audit verify checks that no record was removed, changed or moved."
        })
public final class AuditCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(
            names = "--since",
            paramLabel = "TIME|DURATION",
            description =
                    "From then on: a time such as 2026-11-29T10:00:00Z, or so long ago, such as PT24H. Default: all")
    private @Nullable String since;

    private AuditCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command with its own, printing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new AuditCommand(terminal)).addSubcommand(new Verify(terminal));
    }

    @Override
    public Integer call() {
        String query =
                since == null ? "" : "?since=" + FleetClient.encode(time(since).toString());
        JsonNode audit = server.client().get("/audit" + query);
        if (server.output().structured()) {
            server.output().print(terminal, audit);
            return ExitCodes.OK;
        }
        Table table = Table.of("at", "who", "by", "from", "answer", "what");
        StreamSupport.stream(audit.path("records").spliterator(), false)
                .sorted(Comparator.comparing(
                        one -> one.path("record").path("at").asText()))
                .forEach(one -> row(table, one));
        if (table.isEmpty()) {
            terminal.line("Nobody asked for anything.");
        } else {
            table.print(terminal);
        }
        return ExitCodes.OK;
    }

    private static void row(Table table, JsonNode one) {
        JsonNode record = one.path("record");
        if (!record.isObject()) {
            table.row(
                    "-",
                    "-",
                    "-",
                    "-",
                    "-",
                    "does not count: " + one.path("problem").asText());
            return;
        }
        long unwritten = record.path("unwritten").asLong();
        table.row(
                record.path("at").asText(),
                record.path("who").path("name").asText("-"),
                record.path("who").path("authenticatedBy").asText("-"),
                record.path("from").asText(),
                record.path("status").asText(),
                record.path("summary").asText()
                        + (unwritten == 0 ? "" : " (" + unwritten + " more were refused before it)"));
    }

    private static Instant time(String text) {
        try {
            return text.startsWith("P")
                    ? InstantSource.system().instant().minus(Duration.parse(text))
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw CliException.usage("--since '" + text
                    + "' is neither a time such as 2026-11-29T10:00:00Z nor a duration such as PT24H");
        }
    }

    /** Checks it. */
    @Command(
            name = "verify",
            description = {
                "Check that no record of the audit was removed, changed or moved; names the first that is wrong of each chain.",
                "The planner checks the signatures; the digests are checked here."
            })
    public static final class Verify implements Callable<Integer> {

        private final Terminal terminal;

        @Mixin
        private final PlannerAddress server = new PlannerAddress();

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "What audit -o json has printed, instead of what the planner has now")
        private @Nullable Path file;

        Verify(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            JsonNode audit = file == null ? server.client().get("/audit") : read(file);
            if (!audit.path("records").isArray()) {
                throw CliException.usage(
                        (file == null ? server.uri() : file) + " has no audit: `audit -o json` prints one");
            }
            if (!audit.path("everything").asBoolean()) {
                throw CliException.usage(
                        "this is the part of the audit that somebody may see: whole chains are for an admin of everything");
            }
            List<String> wrong = new ArrayList<>();
            List<Kept> kept = new ArrayList<>();
            for (JsonNode one : audit.path("records")) {
                String where =
                        "the record at partition " + one.at("/sent/partition").asText() + ", offset "
                                + one.at("/sent/offset").asText();
                if (one.hasNonNull("problem")) {
                    wrong.add(where + " does not count: " + one.path("problem").asText());
                    continue;
                }
                byte[] value = one.at("/sent/value").asText().getBytes(StandardCharsets.UTF_8);
                try {
                    kept.add(new Kept(EventJson.read(value, AuditRecorded.class), Digests.sha256(value)));
                } catch (IOException | IllegalArgumentException e) {
                    wrong.add(where + " cannot be read: " + e.getMessage());
                }
            }
            boolean whole = audit.path("whole").asBoolean();
            AuditTrail.check(kept, whole, InstantSource.system().instant(), Topic.LONG_RETENTION).stream()
                    .map(Wrong::toString)
                    .forEach(wrong::add);
            wrong.forEach(terminal::line);
            long chains =
                    kept.stream().map(one -> one.record().writer()).distinct().count();
            terminal.line(kept.size() + " records in " + chains + " chains: "
                    + (wrong.isEmpty()
                            ? "none was removed, changed or moved" + (whole ? "." : " since the first of them.")
                            : wrong.size() + " wrong."));
            return wrong.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        }

        private static JsonNode read(Path file) {
            try {
                return EventJson.mapper().readTree(Files.readAllBytes(file));
            } catch (IOException e) {
                throw CliException.usage(file + " cannot be read, or is no JSON: " + e.getMessage());
            }
        }
    }
}
