package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From where the images of Calico come: an image is {@code registry/imagePath/imagePrefix + name}, the words of an Installation of the operator.
 *
 * @param registry the registry, a folder of it too, such as reg.example.com/mirror; without a slash at its end
 * @param imagePath the folder of all images, such as mirror/calico; null: those of the publisher, such as calico
 * @param imagePrefix what the names of all images begin with, such as calico-; null: nothing
 * @param imagePullSecrets the names of the Secrets they are pulled with, beside those that are there; sorted
 */
public record RegistryChange(
        String registry,
        @Nullable String imagePath,
        @Nullable String imagePrefix,
        List<String> imagePullSecrets) {

    private static final Pattern PLAIN = Pattern.compile("[-._:/0-9A-Za-z]{1,253}");

    public RegistryChange {
        requireNonNull(registry, "registry");
        imagePullSecrets =
                Copies.list(imagePullSecrets).stream().distinct().sorted().toList();
        Stream.concat(Stream.of(registry, imagePath, imagePrefix), imagePullSecrets.stream())
                .filter(value -> value != null && !PLAIN.matcher(value).matches())
                .findFirst()
                .ifPresent(value -> {
                    throw new IllegalArgumentException("'" + value + "' says of no image from where it comes.");
                });
    }

    /** {@code reg.example.com, imagePath=mirror/calico, imagePrefix=calico-, imagePullSecrets=[a, b]}: no two read alike. */
    @Override
    public String toString() {
        return registry
                + (imagePath == null ? "" : ", imagePath=" + imagePath)
                + (imagePrefix == null ? "" : ", imagePrefix=" + imagePrefix)
                + (imagePullSecrets.isEmpty() ? "" : ", imagePullSecrets=" + imagePullSecrets);
    }
}
