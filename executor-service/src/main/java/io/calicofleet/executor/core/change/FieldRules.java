package io.calicofleet.executor.core.change;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of the fields of one resource on one cluster: what each does to traffic, and what speaks against it. All sentences are without their full stop. */
interface FieldRules {

    /** What Calico takes where a field is absent; null where that is not known or there is nothing. */
    default @Nullable JsonNode otherwise(String field) {
        return null;
    }

    /** Why a field is not given a value here. */
    List<String> refusals(String field, @Nullable JsonNode value);

    /** What it does to traffic, which is asked; empty where it touches no packet. */
    Optional<String> effect(String field, @Nullable JsonNode now, @Nullable JsonNode value);

    /** What is to be known of a field and not asked. */
    List<String> notes(String field, @Nullable JsonNode value);

    /** Why the resource cannot be as it would be with all of these fields changed. */
    default List<String> together(Set<String> fields) {
        return List.of();
    }

    /** What the write of these fields does whatever they are, such as a restart of Felix. */
    default Optional<String> first(Set<String> fields) {
        return Optional.empty();
    }
}
