package io.calicofleet.cli.command;

import static java.util.Objects.requireNonNull;

import io.calicofleet.cli.CliException;
import io.calicofleet.cli.ExitCodes;
import io.calicofleet.cli.client.PrivateFiles;
import io.calicofleet.cli.local.LocalKeys;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.event.Sender;
import io.calicofleet.kafka.attestation.KeyFileException;
import io.calicofleet.kafka.attestation.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes and shows the keys services sign with. */
@Command(
        name = "keys",
        synopsisSubcommandLabel = "COMMAND",
        description = "Make and show the keys services sign what they say with.")
public final class KeysCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    private KeysCommand() {}

    /** The command with its own, printing to {@code terminal}. */
    public static CommandLine line(Terminal terminal) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new New(terminal))
                .addSubcommand(new Show(terminal));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command?");
    }

    /** Makes one. */
    @Command(
            name = "new",
            description = "Make a key of a service, and print its entry for the file of trusted keys.",
            footer = {
                "",
                "calico-fleet keys new executor --file executor-eu.pem --clusters 'eu-*'",
                "The file is a secret: it is for this service alone. The entry is none: every service has to have it."
            })
    public static final class New implements Callable<Integer> {

        private final Terminal terminal;

        @Parameters(paramLabel = "SERVICE", description = "One of ${COMPLETION-CANDIDATES}")
        private @Nullable Sender service;

        @Option(names = "--file", paramLabel = "FILE", required = true, description = "Where the key is written")
        private Path file = Path.of("");

        @Option(
                names = "--clusters",
                paramLabel = "NAME",
                split = ",",
                description = "Of an executor: the clusters it may speak for; * is any text. Default: *")
        private List<String> clusters = new ArrayList<>();

        New(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            Sender sender = requireNonNull(service, "service");
            if (sender != Sender.EXECUTOR && !clusters.isEmpty()) {
                throw CliException.usage(
                        "--clusters is for an executor's key; a " + sender.encode() + " speaks for all");
            }
            if (Files.exists(file)) {
                throw CliException.usage(file + " is there already; a key that is overwritten is lost");
            }
            SigningKey key = SigningKey.generate();
            try {
                PrivateFiles.write(file, key.pem());
            } catch (IOException e) {
                throw CliException.unreachable("cannot write " + file + ": " + e.getMessage());
            }
            terminal.document(LocalKeys.entry(sender, clusters.isEmpty() ? List.of("*") : clusters, key.publicKey())
                    .stripTrailing());
            return ExitCodes.OK;
        }
    }

    /** Shows what names one. */
    @Command(name = "show", description = "Print the id and the public key of a key's file, and nothing secret.")
    public static final class Show implements Callable<Integer> {

        private final Terminal terminal;

        @Parameters(paramLabel = "FILE", description = "As keys new has written it")
        private Path file = Path.of("");

        Show(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            try {
                SigningKey key = SigningKey.read(file);
                terminal.document("id         " + key.id() + "\npublicKey  " + key.publicKey());
                return ExitCodes.OK;
            } catch (KeyFileException e) {
                throw CliException.usage(String.valueOf(e.getMessage()));
            }
        }
    }
}
