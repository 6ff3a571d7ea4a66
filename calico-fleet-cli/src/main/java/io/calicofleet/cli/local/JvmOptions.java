package io.calicofleet.cli.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the JVMs we start are set: the one place for it. Small machines are the measure: one collector thread, a bounded
 * heap, and no warnings on newer JDKs.
 */
public final class JvmOptions {

    private JvmOptions() {}

    /** The java of the JDK this process runs on. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Gives a process a wall clock that {@link ShiftedClock#set} sets. The jar is for the class loader that is above all others, so that
     * every class finds the clock.
     */
    static List<String> clock(Path cliJar, Path file) {
        return List.of("-Xbootclasspath/a:" + cliJar, "-javaagent:" + cliJar + "=" + file);
    }

    /**
     * Options for a process.
     *
     * @param heap the most its heap may take, such as {@code 192m}
     * @param temporary its directory for temporary files: what it leaves goes with that directory
     */
    static List<String> of(String heap, Path temporary) {
        List<String> options = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                // On two cores the second compiler takes more time than its code saves in the life of a campaign.
                "-XX:TieredStopAtLevel=1",
                // What is interpreted for long takes more than the compiler; much sooner, and it compiles what is not
                // linked yet.
                "-XX:CompileThresholdScaling=0.3",
                // Room for what thousands of steps in flight hold. With less it grows old within seconds, and then all
                // of the
                // heap is collected in the middle of a campaign.
                "-XX:NewSize=36m",
                "-XX:SurvivorRatio=6",
                "-Xms64m",
                "-Xmx" + heap,
                "-Xss512k",
                "-XX:ReservedCodeCacheSize=96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + temporary));
        options.addAll(everywhere());
        if (Runtime.version().feature() >= 25) {
            // A product feature from there on (JEP 519).
            options.add("-XX:+UseCompactObjectHeaders");
        }
        return options;
    }

    /** What a service is started with on any machine, by the JDK this process runs on: no warnings of what libraries do. */
    public static List<String> everywhere() {
        List<String> options = new ArrayList<>(
                List.of("--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 24) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        return options;
    }
}
