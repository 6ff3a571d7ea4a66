package io.calicofleet.cli.command;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.calicofleet.cli.CliException;
import io.calicofleet.cli.client.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The planners a person works with, each under a name of its own, and which of them is meant where none is named. Kept in a YAML
 * file that only its owner can write.
 *
 * @param current the name of the one that is meant; null: none
 * @param contexts by name
 */
record Contexts(@Nullable String current, Map<String, Context> contexts) {

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();

    Contexts {
        contexts = Map.copyOf(contexts);
    }

    /**
     * One planner.
     *
     * @param server its address
     * @param actor as whom, where there is a file with the tokens of several; null: as the first
     * @param tokenFile the file with the tokens of the planner's own; null: what is kept for the planner
     * @param caFile the file with the authorities whose certificates are believed of it; null: those of Java are
     */
    record Context(
            String server,
            @Nullable String actor,
            @JsonProperty("token-file") @Nullable String tokenFile,
            @JsonProperty("ca-file") @Nullable String caFile) {}

    /** Where the file is unless told otherwise. */
    static Path file() {
        String named = System.getenv("CALICO_FLEET_CONFIG");
        return named != null && !named.isEmpty()
                ? Path.of(named)
                : Path.of(System.getProperty("user.home"), ".calico-fleet", "config");
    }

    /** Reads them; none where there is no file. */
    static Contexts read(Path file) {
        if (!Files.exists(file)) {
            return new Contexts(null, Map.of());
        }
        try {
            Contexts read =
                    YAML.readValue(Files.readString(file), Written.class).read();
            read.contexts().forEach((name, context) -> {
                if (context.server() == null) {
                    throw CliException.usage(file + ": the context " + name + " has no server");
                }
            });
            return read;
        } catch (IOException e) {
            throw CliException.usage(
                    file + " cannot be read: " + String.valueOf(e.getMessage()).replaceFirst("(?s)\n.*", ""));
        }
    }

    /** Writes them, so that a reader sees the old file or the new one. */
    void write(Path file) {
        try {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
            Files.createDirectories(folder);
            PrivateFiles.write(file, YAML.writeValueAsString(Written.of(this)));
        } catch (IOException e) {
            throw CliException.usage(file + " cannot be written: " + e.getMessage());
        }
    }

    /** The one of that name. */
    Context named(String name) {
        Context context = contexts.get(name);
        if (context == null) {
            throw CliException.usage("there is no context '" + name + "'"
                    + (contexts.isEmpty()
                            ? ": make it with context set " + name + " --server URL"
                            : ", but " + String.join(", ", new TreeMap<>(contexts).keySet())));
        }
        return context;
    }

    /** The one that is meant where none is named. */
    Optional<Context> chosen() {
        return current == null ? Optional.empty() : Optional.of(named(current));
    }

    /** With another one, or another address of it. */
    Contexts with(String name, Context context) {
        Map<String, Context> all = new TreeMap<>(contexts);
        all.put(name, context);
        return new Contexts(current == null ? name : current, all);
    }

    /** Without one; where it was the current one, none is. */
    Contexts without(String name) {
        named(name);
        Map<String, Context> all = new TreeMap<>(contexts);
        all.remove(name);
        return new Contexts(name.equals(current) ? null : current, all);
    }

    /** With that one as the current one. */
    Contexts using(String name) {
        named(name);
        return new Contexts(name, contexts);
    }

    /** As in the file. */
    private record Written(
            @JsonProperty("current-context") @Nullable String current,
            @Nullable Map<String, Context> contexts) {

        Contexts read() {
            return new Contexts(current, contexts == null ? Map.of() : contexts);
        }

        static Written of(Contexts all) {
            return new Written(all.current(), new TreeMap<>(all.contexts()));
        }
    }
}
