package io.calicofleet.executor.adapter.release;

import io.calicofleet.event.CalicoVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Where the bytes of release files come from. */
interface ReleaseFiles {

    /**
     * A file as released; empty where there is none.
     *
     * @throws IOException where it cannot be told
     */
    Optional<byte[]> read(CalicoVersion version, String file) throws IOException;

    /** The file itself, where it is one of this machine; any other is kept in the cache once it was read, and read from there. */
    Optional<Path> path(CalicoVersion version, String file);

    /** Where that file is, for people. */
    String location(CalicoVersion version, String file);

    /** Whether the source promises the release's files whole and of that very version. */
    boolean official();
}
