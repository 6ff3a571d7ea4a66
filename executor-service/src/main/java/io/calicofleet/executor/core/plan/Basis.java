package io.calicofleet.executor.core.plan;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.model.release.ManifestDocuments;
import io.calicofleet.model.release.ObjectKey;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is proven to be installed, object by object.
 *
 * @param documents what the installed release says of each object, as far as it is proven
 * @param file the file that most of it is from, such as v3.13.4/calico.yaml; null where none is proven
 * @param digests the checksums of the files it is from
 * @param unknown objects of the cluster of which it is not known what their release says
 * @param why why it is not, each with what helps; empty where everything is proven
 * @param notes what a person should know of the proof
 */
public record Basis(
        ManifestDocuments documents,
        @Nullable String file,
        List<String> digests,
        Set<ObjectKey> unknown,
        List<String> why,
        List<String> notes) {

    /** Nothing is installed that anything would have to be known of. */
    public static final Basis NOTHING =
            new Basis(ManifestDocuments.EMPTY, null, List.of(), Set.of(), List.of(), List.of());

    public Basis {
        requireNonNull(documents, "documents");
        digests = List.copyOf(digests);
        unknown = Set.copyOf(unknown);
        why = List.copyOf(why);
        notes = List.copyOf(notes);
    }

    /** The same with one object taken to be what is said here. */
    public Basis assuming(ObjectNode object) {
        Map<ObjectKey, ObjectNode> known = new LinkedHashMap<>(documents.objects());
        known.put(ObjectKey.of(object), object);
        Set<ObjectKey> left = new LinkedHashSet<>(unknown);
        left.remove(ObjectKey.of(object));
        return new Basis(new ManifestDocuments(known), file, digests, left, left.isEmpty() ? List.of() : why, notes);
    }

    /** The same with other words for what the installed release says. */
    public Basis with(ManifestDocuments other) {
        return new Basis(other, file, digests, unknown, why, notes);
    }

    /** Whether it is not known what the release of an object says. */
    public boolean isUnknown(ObjectKey key) {
        return unknown.contains(key);
    }

    /** Whether everything is proven. */
    public boolean isProven() {
        return why.isEmpty();
    }
}
