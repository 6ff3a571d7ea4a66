package io.calicofleet.cli.command;

import io.calicofleet.cli.output.OutputFormat;
import picocli.CommandLine.Option;

/** What every command takes that talks to a planner and prints what it says. */
final class ServerOptions extends PlannerAddress {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}. Default: table")
    private OutputFormat output = OutputFormat.TABLE;

    OutputFormat output() {
        return output;
    }
}
