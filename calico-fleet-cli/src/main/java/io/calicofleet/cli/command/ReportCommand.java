package io.calicofleet.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.client.ServerUnreachableException;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.TrustedKeys;
import io.calicofleet.planner.report.ReportFile;
import io.calicofleet.planner.report.SealedReport;
import io.calicofleet.runtime.TrustedKeysFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what a campaign did and who wanted it, for an auditor, and checks such a file. */
@Command(
        name = "report",
        description = {
            "Write what a campaign did and who wanted it: plans, approvals, evidence, times, failures and what people did.",
            "It has a statement of what was done to each cluster that is finished, signed by the planner.",
            "--verify checks such a file, or a statement alone, without a server; with --trusted-keys the signatures too."
        })
public final class ReportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PlannerAddress server = new PlannerAddress();

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The campaign")
    private @Nullable String name;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "html",
            description = "${COMPLETION-CANDIDATES}: a page, the data, or both. Default: html")
    private ReportFile.Form form = ReportFile.Form.HTML;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A file that is not there yet. Default: NAME-report.FORM")
    private @Nullable Path file;

    @Option(names = "--verify", paramLabel = "FILE", description = "Check a report: is it as it was written?")
    private @Nullable Path verified;

    @Option(
            names = "--trusted-keys",
            paramLabel = "FILE",
            description =
                    "With --verify: the keys whose signatures count, as services have them. Default: signatures are not checked")
    private @Nullable Path trustedKeys;

    @Option(
            names = "--cluster",
            paramLabel = "ID|UID",
            description = "With --trusted-keys: check the statement of this cluster alone, and say what it says")
    private @Nullable String cluster;

    /** Prints to {@code terminal}. */
    public ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Path old = verified;
        String campaign = name;
        if (old != null) {
            return verify(old);
        }
        if (trustedKeys != null || cluster != null) {
            throw CliException.usage("--trusted-keys and --cluster are for report --verify FILE");
        }
        if (campaign == null) {
            throw CliException.usage("report needs a campaign, report NAME, or a file, report --verify FILE");
        }
        SealedReport report =
                SealedReport.of(server.client().get("/campaigns/" + FleetClient.encode(campaign) + "/report"));
        Path written = file == null ? Path.of(campaign + "-report." + form) : file;
        byte[] bytes;
        try {
            bytes = ReportFile.write(report, form);
        } catch (IOException e) {
            throw ServerUnreachableException.ofAnotherRelease(e);
        }
        try {
            Files.write(written, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw CliException.usage("there is a file " + written + " already: name another, or remove it");
        } catch (IOException e) {
            throw CliException.usage("cannot write " + written + ": " + e.getMessage());
        }
        String missing = report.json().path("missing").asText();
        if (!missing.isEmpty()) {
            terminal.line(missing);
        }
        statements(report.json()).ifPresent(terminal::line);
        terminal.line("The report is in " + written + "; its digest is " + report.digest());
        terminal.line("Note the digest elsewhere: with it anybody can tell whether the report is this one.");
        return ExitCodes.OK;
    }

    /** Who signed the statements in it; a planner from before has none. */
    private static Optional<String> statements(JsonNode report) {
        int many = report.path("statements").size();
        String by = report.path("signedBy").asText();
        String said = many + (many == 1 ? " statement" : " statements");
        return many == 0
                ? Optional.empty()
                : Optional.of(
                        by.isEmpty()
                                ? "This planner signs nothing (signing.key): the report's " + said + " of clusters "
                                        + (many == 1 ? "proves" : "prove") + " nothing."
                                : "It has " + said + " of clusters, signed with the planner's key " + by + ".");
    }

    private int verify(Path old) {
        List<String> problems;
        List<String> said = new ArrayList<>();
        try {
            byte[] bytes = Files.readAllBytes(old);
            JsonNode data = ReportFile.data(bytes).orElse(null);
            if (data != null && StatementProof.isOne(data)) {
                StatementProof proof = StatementProof.ofOne(data, keys("a statement"), cluster);
                problems = proof.wrong();
                said.addAll(proof.said());
            } else {
                problems = new ArrayList<>(ReportFile.problems(bytes));
                said.add(old + " is as it was written.");
                signatures(old, data, problems, said);
            }
        } catch (IOException e) {
            throw CliException.usage(old + " cannot be read as a report: " + e.getMessage());
        }
        (problems.isEmpty() ? said : problems).forEach(terminal::line);
        return problems.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void signatures(Path old, @Nullable JsonNode data, List<String> problems, List<String> said) {
        if (trustedKeys == null && cluster == null) {
            if (data != null && !data.path("statements").isEmpty()) {
                said.add("Signatures were not checked: that takes --trusted-keys.");
            }
            return;
        }
        if (data == null) {
            throw CliException.usage(
                    old + " is a page, which has no signatures: report -o json and -o zip write files that have");
        }
        StatementProof proof = StatementProof.ofReport(data, keys("--cluster"), cluster);
        problems.addAll(proof.wrong());
        said.addAll(proof.said());
    }

    private TrustedKeys keys(String what) {
        if (trustedKeys == null) {
            throw CliException.usage(what + " is checked with --trusted-keys FILE, the keys whose signatures count");
        }
        try {
            return TrustedKeysFile.read(trustedKeys, false);
        } catch (KeyFileException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
