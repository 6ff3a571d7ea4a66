package io.calicofleet.executor.adapter.helm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.jni.HelmLib;
import com.sun.jna.Native;
import io.calicofleet.executor.core.helm.HelmCall;
import io.calicofleet.executor.port.ClusterException;
import io.calicofleet.executor.port.ClusterException.Problem;
import io.calicofleet.executor.port.FenceException;
import io.calicofleet.executor.port.HelmEngine;
import io.calicofleet.executor.yaml.Yaml;
import io.calicofleet.runtime.trace.Traced;
import io.calicofleet.runtime.trace.Tracing;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helm in a process of its own for each call. In ours its Go runtime would take SIGTERM away from the JVM (helm-java
 * installs a handler with the first install or template and never gives it back), could not be stopped when the lease is
 * lost, and would take the executor with it where it panics.
 *
 * <p>Chart and values are handed over in a folder only this user can read ({@link HelmFolder}); whatever the child leaves
 * is in there, and goes with the call however that ended.
 */
public final class HelmProcess implements HelmEngine {

    private static final Logger LOGGER = LoggerFactory.getLogger(HelmProcess.class);

    /** Helm itself gives up after five minutes; then something hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private static final int LONGEST_MESSAGE = 600;

    /** At once, whatever the number of clusters: each takes some 150 MB while it runs, which is about a second. */
    private static final Semaphore RUNNING = new Semaphore(2, true);

    private static final Rendered RENDERED = new Rendered();

    private final Path kubeconfig;
    private final Runnable fence;

    private HelmProcess(Path kubeconfig, Runnable fence) {
        this.kubeconfig = requireNonNull(kubeconfig, "kubeconfig");
        this.fence = requireNonNull(fence, "fence");
    }

    /** Helm on the cluster of a kubeconfig file, which is read at each call. */
    public static HelmEngine of(Path kubeconfig) {
        return new HelmProcess(kubeconfig.toAbsolutePath(), () -> {});
    }

    /** Removes the files of executors of this user that were killed; at the start of one. */
    public static void clearLeftovers() {
        try {
            HelmFolder.clearLeftovers()
                    .forEach(folder -> LOGGER.atInfo()
                            .addKeyValue("folder", folder)
                            .log("what a killed executor left of Helm was removed"));
        } catch (IOException e) {
            LOGGER.atWarn().setCause(e).log("what killed executors may have left of Helm could not be looked for");
        }
    }

    @Override
    public Optional<String> unavailable() {
        return HelmLibraries.missing();
    }

    @Override
    public HelmEngine guarded(Runnable guard) {
        return new HelmProcess(kubeconfig, guard);
    }

    @Override
    public String template(HelmCall call) {
        return RENDERED.of(call, () -> new HelmProcess(kubeconfig, () -> {}).run("template", call)); // writes nothing
    }

    @Override
    public void install(HelmCall call) {
        written("install", call);
    }

    @Override
    public void upgrade(HelmCall call) {
        written("upgrade", call);
    }

    private void written(String command, HelmCall call) {
        try (Traced helm = Tracing.part("helm " + command)) {
            try {
                String unused = run(command, call);
            } catch (ClusterException e) {
                helm.failed(e.problem().name().toLowerCase(Locale.ROOT));
                throw e;
            }
        }
    }

    private String run(String command, HelmCall call) {
        try {
            while (!RUNNING.tryAcquire(1, TimeUnit.SECONDS)) {
                fence.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FenceException(FenceException.Why.HANDED_BACK, "interrupted before Helm ran");
        }
        try {
            return runNow(command, call);
        } finally {
            RUNNING.release();
        }
    }

    private String runNow(String command, HelmCall call) {
        fence.run();
        try {
            Path directory = HelmFolder.forCall();
            try {
                write(directory, command, call);
                return result(directory, command, call, start(directory));
            } finally {
                HelmFolder.endCall(directory);
            }
        } catch (IOException e) {
            throw new ClusterException(
                    Problem.UNEXPECTED, "helm " + command + " of " + call + " could not be run: " + e.getMessage(), e);
        }
    }

    private void write(Path directory, String command, HelmCall call) throws IOException {
        for (Map.Entry<String, byte[]> file : call.chart().files().entrySet()) {
            Path path = directory.resolve("chart").resolve(file.getKey()).normalize();
            if (!path.startsWith(directory.resolve("chart"))) {
                throw new IOException("the chart has a file outside of itself: " + file.getKey());
            }
            Files.createDirectories(requireNonNull(path.getParent(), "a file is in a directory"));
            Files.write(path, file.getValue());
        }
        Files.writeString(directory.resolve("values.yaml"), Yaml.write(List.of(call.values())));
        Properties request = new Properties();
        request.setProperty("command", command);
        request.setProperty("library", HelmLibraries.file().toString());
        request.setProperty("name", call.release());
        request.setProperty("namespace", call.namespace());
        request.setProperty("kubernetes", call.kubernetesVersion());
        request.setProperty("description", call.description());
        request.setProperty("kubeconfig", kubeconfig.toString());
        try (Writer writer = Files.newBufferedWriter(directory.resolve(HelmMain.REQUEST))) {
            request.store(writer, null);
        }
    }

    private Process start(Path directory) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + directory,
                "-Djna.tmpdir=" + directory,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                HelmMain.class.getName(),
                directory.toString());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("HELM_") || name.equals("KUBECONFIG"));
        environment.put("TMPDIR", directory.toString());
        environment.put("HELM_DRIVER", "secret");
        environment.put("HELM_CACHE_HOME", directory.resolve("cache").toString());
        environment.put("HELM_CONFIG_HOME", directory.resolve("config").toString());
        environment.put("HELM_DATA_HOME", directory.resolve("data").toString());
        // What discovery found ten minutes ago lacks the definitions that were just written.
        environment.put("KUBECACHEDIR", directory.resolve("discovery").toString());
        // Whatever a crash dumps is in there, too.
        return builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                // Its end tells the child that this process is gone.
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    private String result(Path directory, String command, HelmCall call, Process process) throws IOException {
        long began = System.nanoTime();
        try {
            while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
                fence.run();
                if (System.nanoTime() - began > LIMIT.toNanos()) {
                    throw new ClusterException(
                            Problem.UNAVAILABLE,
                            "helm " + command + " of " + call + " did not end within " + LIMIT.toMinutes() + " minutes",
                            null);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FenceException(FenceException.Why.HANDED_BACK, "interrupted while Helm ran");
        } finally {
            // Whoever comes next must find nobody at work, and the folder can go only then.
            awaitEnd(process.destroyForcibly());
        }
        Path file = directory.resolve(HelmMain.RESULT);
        if (!Files.isRegularFile(file)) {
            // Its output is not told: a crash dumps what it worked on.
            throw new ClusterException(
                    Problem.UNEXPECTED,
                    "helm " + command + " of " + call + " ended with " + process.exitValue() + " and no result",
                    null);
        }
        Properties result = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            result.load(reader);
        }
        String error = result.getProperty("error");
        if (error != null) {
            throw refused("helm " + command + " of " + call + " failed: ", error, call.values());
        }
        return result.getProperty("out", "");
    }

    /** Whatever interrupts it; and not by {@code onExit()}, whose news waits for a place in the common pool. */
    private static void awaitEnd(Process killed) {
        boolean interrupted = false;
        while (true) {
            try {
                int unused = killed.waitFor();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ClusterException refused(String prefix, String error, JsonNode values) {
        boolean away = Stream.of("connection refused", "i/o timeout", "EOF", "connection reset", "no route to host")
                .anyMatch(error::contains);
        String said = without(values, error.strip());
        return new ClusterException(
                away ? Problem.UNAVAILABLE : Problem.UNEXPECTED,
                prefix + (said.length() > LONGEST_MESSAGE ? said.substring(0, LONGEST_MESSAGE) + "..." : said),
                null);
    }

    /** Templates that fail quote what they were given. */
    private static String without(JsonNode values, String text) {
        if (values.isTextual()) {
            String value = values.textValue();
            return value.length() < 8 ? text : text.replace(value, "(a value)");
        }
        String result = text;
        for (JsonNode child : values) {
            result = without(child, result);
        }
        return result;
    }

    private static String classPath() throws IOException {
        Map<String, String> places = new TreeMap<>();
        for (Class<?> type : List.of(HelmMain.class, Helm.class, HelmLib.class, Native.class)) {
            try {
                places.put(
                        type.getName(),
                        Path.of(type.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString());
            } catch (URISyntaxException | IllegalArgumentException e) {
                throw new IOException("nobody knows where " + type.getName() + " comes from", e);
            }
        }
        return places.values().stream().distinct().collect(Collectors.joining(File.pathSeparator));
    }
}
