package io.calicofleet.cli.command;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.runtime.TrustedKeysFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
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
        table.row(
                record.path("at").asText(),
                record.path("who").path("name").asText("-"),
                record.path("who").path("authenticatedBy").asText("-"),
                record.path("from").asText(),
                record.path("status").asText(),
                record.path("summary").asText() + leftOut(record));
    }

    /** What has no record of its own and is counted in this one. */
    private static String leftOut(JsonNode record) {
        long unwritten = record.path("unwritten").asLong();
        if (unwritten == 0) {
            return "";
        }
        String kinds = StreamSupport.stream(record.path("leftOut").spliterator(), false)
                .map(one ->
                        one.path("count").asText() + " x " + one.path("request").asText() + " ("
                                + (one.path("status").asInt() == 0
                                        ? ""
                                        : one.path("status").asText() + ", ")
                                + one.path("who").asText("nobody known") + ")")
                .collect(joining(", "));
        return " (" + unwritten + " more before it without a record" + (kinds.isEmpty() ? ")" : ": " + kinds + ")");
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
                "With --trusted-keys the signatures are checked here as well, without asking a planner."
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

        @Option(
                names = "--trusted-keys",
                paramLabel = "FILE",
                description =
                        "The keys whose signatures count, as services have them. Default: signatures are not checked here")
        private @Nullable Path trustedKeys;

        Verify(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            TrustedKeys keys = trustedKeys == null ? null : keys(trustedKeys);
            JsonNode audit = file == null ? server.client().get("/audit") : read(file);
            if (!audit.path("records").isArray()) {
                throw CliException.usage(
                        (file == null ? server.uri() : file) + " has no audit: `audit -o json` prints one");
            }
            if (!audit.path("everything").asBoolean()) {
                throw CliException.usage(
                        "this is the part of the audit that somebody may see: whole chains are for an admin of everything");
            }
            AuditProof proof = AuditProof.of(
                    audit.path("records"),
                    audit.path("whole").asBoolean(),
                    keys,
                    InstantSource.system().instant());
            proof.lines().forEach(terminal::line);
            return proof.holds() ? ExitCodes.OK : ExitCodes.FAILED;
        }

        private static TrustedKeys keys(Path file) {
            try {
                return TrustedKeysFile.read(file, false);
            } catch (KeyFileException e) {
                throw CliException.usage(String.valueOf(e.getMessage()));
            }
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
