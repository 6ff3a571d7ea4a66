package io.calicofleet.simulator.etcd;

import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** The watch service: any number of watches over one stream. */
final class WatchService extends WatchGrpc.WatchImplBase {

    private final EtcdStore store;

    WatchService(EtcdStore store) {
        this.store = store;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> answers) {
        return new Stream(answers);
    }

    private final class Stream implements StreamObserver<WatchRequest> {

        private final StreamObserver<WatchResponse> answers;
        private final Map<Long, BiConsumer<Long, List<Event>>> watches = new HashMap<>();
        private long lastId;

        Stream(StreamObserver<WatchResponse> answers) {
            this.answers = answers;
            if (answers instanceof ServerCallStreamObserver<WatchResponse> call) {
                call.setOnCancelHandler(this::end);
            }
        }

        @Override
        public void onNext(WatchRequest request) {
            switch (request.getRequestUnionCase()) {
                case CREATE_REQUEST -> create(request.getCreateRequest());
                case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
                case PROGRESS_REQUEST -> send(WatchResponse.newBuilder().setWatchId(-1), store.revision());
                case REQUESTUNION_NOT_SET -> {
                    // as etcd: ignored
                }
            }
        }

        private void create(WatchCreateRequest request) {
            long id = ++lastId;
            send(WatchResponse.newBuilder().setWatchId(id).setCreated(true), store.revision());
            if (request.getStartRevision() > 0 && request.getStartRevision() <= store.compacted()) {
                send(
                        WatchResponse.newBuilder()
                                .setWatchId(id)
                                .setCanceled(true)
                                .setCompactRevision(store.compacted() + 1),
                        store.revision());
                return;
            }
            BiConsumer<Long, List<Event>> listener = (revision, events) -> {
                List<Event> concerned = events.stream()
                        .filter(event -> EtcdStore.contains(
                                request.getKey(),
                                request.getRangeEnd(),
                                event.getKv().getKey()))
                        .map(event -> request.getPrevKv()
                                ? event
                                : event.toBuilder().clearPrevKv().build())
                        .toList();
                if (!concerned.isEmpty()) {
                    send(WatchResponse.newBuilder().setWatchId(id).addAllEvents(concerned), revision);
                }
            };
            synchronized (watches) {
                watches.put(id, listener);
            }
            store.listen(request.getStartRevision(), listener);
        }

        private void cancel(long id) {
            BiConsumer<Long, List<Event>> listener;
            synchronized (watches) {
                listener = watches.remove(id);
            }
            if (listener != null) {
                store.forget(listener);
            }
            send(WatchResponse.newBuilder().setWatchId(id).setCanceled(true), store.revision());
        }

        /** Messages of a stream must not overtake each other; those of a stream that has ended go nowhere. */
        private void send(WatchResponse.Builder response, long revision) {
            synchronized (answers) {
                try {
                    answers.onNext(response.setHeader(Headers.at(revision)).build());
                } catch (IllegalStateException | io.grpc.StatusRuntimeException ended) {
                    // the client is gone; its end is on its way
                }
            }
        }

        private void end() {
            synchronized (watches) {
                watches.values().forEach(store::forget);
                watches.clear();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
            synchronized (answers) {
                answers.onCompleted();
            }
        }
    }
}
