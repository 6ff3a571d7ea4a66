package io.calicofleet.executor;

import java.io.File;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A JVM with the classes of the tests, so that it can be killed for good. Its errors are ours. */
public final class JavaProcess {

    private JavaProcess() {}

    /** Starts one; it sees the end of its standard input when this process is gone. */
    public static Process start(Path temporary, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String classPath() {
        return JavaProcess.class.getClassLoader() instanceof URLClassLoader classes
                ? Arrays.stream(classes.getURLs())
                        .map(url -> url.getPath())
                        .collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }
}
