package io.calicofleet.executor.adapter.helm;

import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UpgradeCommand;
import com.marcnuri.helm.jni.HelmLib;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The child process around one call of Helm. Its only argument is a directory: {@code request.properties} in it says what
 * to do, {@code result.properties} is what came of it. It knows the JDK and helm-java only.
 */
final class HelmMain {

    static final String REQUEST = "request.properties";
    static final String RESULT = "result.properties";

    private HelmMain() {}

    /** Does what the directory asks for; exits 0 whenever there is a result, even a refusal. */
    public static void main(String[] arguments) throws IOException {
        Thread.ofPlatform().daemon().start(HelmMain::endWithParent);
        Path directory = Path.of(arguments[0]);
        Properties request = new Properties();
        try (var reader = Files.newBufferedReader(directory.resolve(REQUEST))) {
            request.load(reader);
        }
        Properties result = new Properties();
        try {
            result.setProperty("out", run(directory, request));
        } catch (RuntimeException | LinkageError e) {
            result.setProperty("error", String.valueOf(e.getMessage()));
        }
        // Whole or not at all: who reads it must not take half of it for the answer.
        Path part = directory.resolve(RESULT + ".part");
        try (Writer writer = Files.newBufferedWriter(part)) {
            result.store(writer, null);
        }
        Files.move(part, directory.resolve(RESULT));
    }

    /** Our standard input is a pipe to the executor: where it ends, so do we, before somebody else goes on. */
    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever sent.
            }
        } catch (IOException e) {
            // As good as its end.
        }
        Runtime.getRuntime().halt(1);
    }

    private static HelmLib load(String library) {
        try {
            return Native.load(library, HelmLib.class);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "the Helm engine does not run on this system (its library needs glibc on Linux): " + e.getMessage(),
                    e);
        }
    }

    private static String run(Path directory, Properties request) {
        HelmLib library = load(request.getProperty("library"));
        Path chart = directory.resolve("chart");
        Path values = directory.resolve("values.yaml");
        String name = request.getProperty("name");
        String namespace = request.getProperty("namespace");
        return switch (request.getProperty("command")) {
            case "template" ->
                new TemplateCommand(library, chart)
                        .withName(name)
                        .withNamespace(namespace)
                        .withKubeVersion(request.getProperty("kubernetes"))
                        .withValuesFile(values)
                        .skipCrds()
                        .call();
            case "install" ->
                new InstallCommand(library, chart)
                        .withName(name)
                        .withNamespace(namespace)
                        .withDescription(request.getProperty("description"))
                        .withValuesFile(values)
                        .withKubeConfig(Path.of(request.getProperty("kubeconfig")))
                        .skipCrds()
                        .call()
                        .getStatus();
            case "upgrade" ->
                new UpgradeCommand(library, chart)
                        .withName(name)
                        .withNamespace(namespace)
                        .withDescription(request.getProperty("description"))
                        .resetValues()
                        .withValuesFile(values)
                        .withKubeConfig(Path.of(request.getProperty("kubeconfig")))
                        .skipCrds()
                        .call()
                        .getStatus();
            default -> throw new IllegalArgumentException("no such command: " + request.getProperty("command"));
        };
    }
}
