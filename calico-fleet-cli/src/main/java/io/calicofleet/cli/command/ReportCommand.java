package io.calicofleet.cli.command;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.FleetClient;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.report.ReportFile;
import io.calicofleet.cli.report.SealedReport;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
            "--verify checks such a file, without a server."
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
        if (campaign == null) {
            throw CliException.usage("report needs a campaign, report NAME, or a file, report --verify FILE");
        }
        SealedReport report =
                SealedReport.of(server.client().get("/campaigns/" + FleetClient.encode(campaign) + "/report"));
        Path written = file == null ? Path.of(campaign + "-report." + form) : file;
        try {
            Files.write(
                    written, ReportFile.write(report, form), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw CliException.usage("there is a file " + written + " already: name another, or remove it");
        } catch (IOException e) {
            throw CliException.usage("cannot write " + written + ": " + e.getMessage());
        }
        String missing = report.json().path("missing").asText();
        if (!missing.isEmpty()) {
            terminal.line(missing);
        }
        terminal.line("The report is in " + written + "; its digest is " + report.digest());
        terminal.line("Note the digest elsewhere: with it anybody can tell whether the report is this one.");
        return ExitCodes.OK;
    }

    private int verify(Path old) {
        List<String> problems;
        try {
            problems = ReportFile.problems(Files.readAllBytes(old));
        } catch (IOException e) {
            throw CliException.usage(old + " cannot be read as a report: " + e.getMessage());
        }
        if (problems.isEmpty()) {
            terminal.line(old + " is as it was written.");
            return ExitCodes.OK;
        }
        problems.forEach(terminal::line);
        return ExitCodes.FAILED;
    }
}
