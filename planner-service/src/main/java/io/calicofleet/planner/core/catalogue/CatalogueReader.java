package io.calicofleet.planner.core.catalogue;

import io.calicofleet.event.CalicoVersion;
import io.calicofleet.event.InstallMethod;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code calico-versions.yaml}, given as a tree; the head of that file explains the fields. */
public final class CatalogueReader {

    private static final String RELEASE = "a release such as v3.22.5";
    private static final String KUBERNETES = "a Kubernetes version such as v1.21";

    private CatalogueReader() {}

    /** Reads {@code document}: Map, List, String, Number, Boolean, null. */
    public static Reading<VersionCatalogue> read(@Nullable Object document) {
        List<Problem> problems = new ArrayList<>();
        ObjectReader root = ObjectReader.of(document, "", problems);
        CalicoVersion deny = root.required("hostEndpointsDenyByDefault", CalicoVersion::parse, RELEASE);
        List<Release> releases = new ArrayList<>();
        for (ObjectReader reader : root.objects("releases")) {
            Release release = release(reader);
            if (release != null) {
                releases.add(release);
            }
        }
        List<Hazard> hazards = new ArrayList<>();
        for (ObjectReader reader : root.objects("hazards")) {
            Hazard hazard = hazard(reader);
            if (hazard != null) {
                hazards.add(hazard);
            }
        }
        root.finish();
        return deny == null || !problems.isEmpty()
                ? new Reading.Refused<>(problems)
                : new Reading.Read<>(new VersionCatalogue(deny, releases, hazards));
    }

    private static @Nullable Release release(ObjectReader reader) {
        String line = reader.required("line", text -> text, "a release line such as v3.22");
        KubernetesRange tested = kubernetes(reader, "tested");
        CalicoVersion upgradesFrom = reader.required("upgradesFrom", CalicoVersion::parse, RELEASE);
        CalicoVersion last = reader.value("last", CalicoVersion::parse, RELEASE);
        ObjectReader image = reader.object("images");
        Map<String, String> images = image.texts();
        image.finish();
        ObjectReader operators = reader.object("operator");
        Map<String, List<String>> operator = new LinkedHashMap<>();
        operators.texts().forEach((calico, some) -> operator.put(calico, List.of(some.split(", *", -1))));
        operators.finish();
        reader.finish();
        return line == null || upgradesFrom == null
                ? null
                : new Release(line, tested, upgradesFrom, last, images, operator);
    }

    private static @Nullable Hazard hazard(ObjectReader reader) {
        String id = reader.required("id", text -> text, "a short name");
        Severity severity = reader.choice("severity", Severity.REFUSE, List.of(Severity.values()), Severity::encode);
        VersionRange source = versions(reader, "source");
        VersionRange target = versions(reader, "target");
        KubernetesRange kubernetes = kubernetes(reader, "kubernetes");
        ObjectReader kernel = reader.object("kernel");
        KernelVersion kernelBefore = kernel.value("before", KernelVersion::parse, "a kernel such as v5.10");
        kernel.finish();
        List<InstallMethod> methods = reader.values(
                "installMethods", InstallMethod::parse, names(InstallMethod.values(), InstallMethod::encode));
        List<Condition> when =
                reader.values("when", CatalogueReader::condition, names(Condition.values(), Condition::encode));
        boolean noWayBack = reader.flag("noWayBack", false);
        String sentence = reader.required("sentence", text -> text, "a sentence");
        String instead = reader.required("instead", text -> text, "a sentence");
        reader.finish();
        return id == null || sentence == null || instead == null
                ? null
                : new Hazard(
                        id,
                        severity,
                        source,
                        target,
                        kubernetes,
                        kernelBefore,
                        methods,
                        when,
                        noWayBack,
                        sentence,
                        instead);
    }

    private static VersionRange versions(ObjectReader parent, String name) {
        ObjectReader reader = parent.object(name);
        VersionRange range = new VersionRange(
                reader.value("from", CalicoVersion::parse, RELEASE),
                reader.value("before", CalicoVersion::parse, RELEASE));
        reader.finish();
        return range;
    }

    private static KubernetesRange kubernetes(ObjectReader parent, String name) {
        ObjectReader reader = parent.object(name);
        KubernetesRange range = new KubernetesRange(
                reader.value("from", KubernetesVersion::parse, KUBERNETES),
                reader.value("to", KubernetesVersion::parse, KUBERNETES));
        reader.finish();
        return range;
    }

    private static Condition condition(String text) {
        return Arrays.stream(Condition.values())
                .filter(condition -> condition.encode().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no condition."));
    }

    private static <T> String names(T[] values, Function<T, String> encode) {
        return Arrays.stream(values).map(encode).collect(Collectors.joining(", "));
    }
}
