package io.calicofleet.executor.adapter.helm;

import java.util.List;

/** The processes in which this one runs Helm. */
public final class HelmChildren {

    private HelmChildren() {}

    /** Those that run now. */
    public static List<ProcessHandle> running() {
        return of(ProcessHandle.current());
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
}
