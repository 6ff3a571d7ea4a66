package io.calicofleet.executor.adapter.helm;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The processes in which this one runs Helm. */
public final class HelmChildren {

    private HelmChildren() {}

    /** Those that run now on a cluster whose kubeconfig is in this folder; other tests have theirs at the same time. */
    public static List<ProcessHandle> of(Path kubeconfigs) {
        return of(ProcessHandle.current()).stream()
                .filter(child -> kubeconfig(child).startsWith(kubeconfigs.toAbsolutePath()))
                .toList();
    }

    /** Those of another process. */
    public static List<ProcessHandle> of(ProcessHandle parent) {
        return parent.children()
                .filter(child -> child.info()
                        .commandLine()
                        .filter(line -> line.contains(HelmMain.class.getName()))
                        .isPresent())
                .toList();
    }

    /** What the request of a call names, which is in the folder that is its only argument; nowhere once that is gone. */
    private static Path kubeconfig(ProcessHandle child) {
        String[] command = child.info().arguments().orElseGet(() -> new String[] {""});
        Properties request = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(command[command.length - 1], HelmMain.REQUEST))) {
            request.load(reader);
        } catch (IOException over) {
            return Path.of("");
        }
        return Path.of(request.getProperty("kubeconfig"));
    }
}
