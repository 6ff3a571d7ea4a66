package io.calicofleet.model.release.diff;

import io.calicofleet.event.CalicoVersion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a release changes for a cluster, in a few sentences: one for each area, with the first of its changes. */
public final class ReleaseNotes {

    private static final int TOLD = 5;

    private ReleaseNotes() {}

    /**
     * The sentences.
     *
     * @param file the file the install is made of
     * @param changes those that touch the cluster
     */
    public static List<String> of(CalicoVersion from, CalicoVersion to, String file, List<ReleaseChange> changes) {
        Map<ChangeArea, List<String>> areas = new EnumMap<>(ChangeArea.class);
        for (ReleaseChange change : changes) {
            String said = change.toString();
            areas.computeIfAbsent(change.area(), area -> new ArrayList<>())
                    .add(said.substring(change.area().title().length() + 2));
        }
        List<String> notes = new ArrayList<>();
        areas.forEach((area, said) -> notes.add(file + " of " + to + " changes, against " + from + ", " + area.title()
                + " of this cluster: " + String.join("; ", said.subList(0, Math.min(TOLD, said.size())))
                + (said.size() > TOLD
                        ? "; and " + (said.size() - TOLD) + " more, which `releases diff " + from + " " + to
                                + " --file " + file + " --all` shows"
                        : "")));
        return notes;
    }
}
