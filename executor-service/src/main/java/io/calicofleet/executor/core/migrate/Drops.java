package io.calicofleet.executor.core.migrate;

import io.calicofleet.event.Customisation;
import io.calicofleet.event.FieldConflict;
import io.calicofleet.event.OnConflict;
import io.calicofleet.executor.core.merge.MergePlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What of people's changes the operator drops without a word: all that it neither takes over nor refuses. A person says
 * whether it may go.
 */
public final class Drops {

    private static final String DROPPED =
            "The operator does not take it over: what it installs is without it. Say it in the Installation afterwards where"
                    + " that has a field for it; take-new goes on.";
    private static final String NO_WAY_BACK =
            "Once the operator has begun it deletes this first, and then there is no way back to the manifests. Until then a"
                    + " restore takes everything back. take-new goes on.";

    /** Variables the operator knows, and sets to what it wants. */
    private static final Set<String> OVERRIDDEN = Set.of(
            "WAIT_FOR_DATASTORE",
            "CLUSTER_TYPE",
            "CALICO_DISABLE_FILE_LOGGING",
            "FELIX_LOGSEVERITYSCREEN",
            "FELIX_HEALTHENABLED",
            "FELIX_USAGEREPORTINGENABLED",
            "FELIX_LOGSEVERITYSYS",
            "SLEEP");

    private static final Pattern VARIABLE = Pattern.compile(".*\\.env\\[([^\\]]+)\\].*");
    private static final List<Pattern> TAKEN_OVER = List.of(
            Pattern.compile("spec\\.updateStrategy.*"),
            Pattern.compile("spec\\.template\\.spec\\.imagePullSecrets.*"),
            Pattern.compile("spec\\.template\\.spec\\.nodeSelector.*"),
            Pattern.compile("spec\\.template\\.spec\\.affinity.*"),
            Pattern.compile("spec\\.template\\.spec\\.volumes\\[flexvol-driver-host\\].*"),
            Pattern.compile(".*ontainers\\[[^\\]]+\\]\\.image"),
            Pattern.compile(".*\\.containers\\[calico-(node|kube-controllers|typha)\\]\\.resources.*"));
    private static final Pattern ANNOTATION = Pattern.compile("(spec\\.template\\.)?metadata\\.annotations.*");

    private Drops() {}

    /**
     * The questions to ask, the one about the way back last.
     *
     * @param merge what people changed, by a merge with the very release that runs
     */
    public static List<FieldConflict> questions(MergePlan merge) {
        List<FieldConflict> questions = new ArrayList<>(questions(merge.customisations()));
        questions.add(new FieldConflict(
                "Deployment kube-system/calico-kube-controllers",
                "the way back",
                "",
                "\"the manifests keep Calico\"",
                "\"the operator keeps Calico, and deletes what the manifests have\"",
                NO_WAY_BACK,
                List.of(OnConflict.TAKE_NEW)));
        return questions;
    }

    static List<FieldConflict> questions(Collection<Customisation> changes) {
        return changes.stream()
                .filter(Drops::isDropped)
                .map(change -> new FieldConflict(
                        change.object(), change.path(), "", change.value(), "", DROPPED, List.of(OnConflict.TAKE_NEW)))
                .toList();
    }

    private static boolean isDropped(Customisation change) {
        String kind = change.object().replaceFirst(" .*", "");
        if (Set.of("CustomResourceDefinition", "ConfigMap").contains(kind)) {
            return false; // definitions stay; of the ConfigMap the operator reads what the pods refer to
        }
        if (!Set.of("DaemonSet", "Deployment").contains(kind)) {
            // A ServiceAccount's pull secrets are carried over by us.
            return !change.path().startsWith("imagePullSecrets");
        }
        Matcher variable = VARIABLE.matcher(change.path());
        if (variable.matches()) {
            return !change.object().endsWith("/" + ManifestInstall.NODE) || OVERRIDDEN.contains(variable.group(1));
        }
        return !ANNOTATION.matcher(change.path()).matches()
                && TAKEN_OVER.stream()
                        .noneMatch(each -> each.matcher(change.path()).matches());
    }
}
