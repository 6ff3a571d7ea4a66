package io.calicofleet.planner.adapter.catalogue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.calicofleet.planner.core.catalogue.CatalogueReader;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** The catalogue of releases this build ships, {@value #RESOURCE} on the class path. */
public final class CatalogueFile {

    /** The resource's name. */
    public static final String RESOURCE = "calico-versions.yaml";

    private CatalogueFile() {}

    /**
     * Reads it.
     *
     * @throws IllegalStateException where it is missing or wrong, which is a fault of the build; the message has every problem
     */
    public static VersionCatalogue load() {
        try (InputStream file = CatalogueFile.class.getResourceAsStream("/" + RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return switch (CatalogueReader.read(new ObjectMapper(new YAMLFactory()).readValue(file, Object.class))) {
                case Reading.Read<VersionCatalogue> read -> read.value();
                case Reading.Refused<VersionCatalogue> refused ->
                    throw new IllegalStateException(RESOURCE + " is wrong: "
                            + refused.problems().stream().map(Problem::toString).collect(Collectors.joining(" ")));
            };
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " cannot be read", e);
        }
    }
}
