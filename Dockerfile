# gdm-sweep in a container: docker build -t gdm-sweep .
# The first stage makes Debian packages, the second installs them with what they depend on, and nothing else.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        g++ cmake ninja-build pkg-config git dpkg-dev file \
        libopenmpi-dev libhdf5-openmpi-dev libeigen3-dev libboost-dev libboost-program-options-dev libfmt-dev libhwy-dev \
        libxxhash-dev nlohmann-json3-dev libzip-dev pybind11-dev python3-dev python3-numpy \
    && rm -rf /var/lib/apt/lists/*
COPY . /source
WORKDIR /source
RUN cmake --preset release && cmake --build --preset release && cpack --config build/release/CPackConfig.cmake -B /packages

FROM debian:bookworm-slim
# --build-arg DEVELOPMENT=libgdm-sweep-dev adds what programs of one's own are built with.
ARG DEVELOPMENT=
COPY --from=build /packages/*.deb /packages/
RUN apt-get update && apt-get install -y --no-install-recommends /packages/gdm-sweep_*.deb \
        ${DEVELOPMENT:+/packages/${DEVELOPMENT}_*.deb} \
    && rm -rf /var/lib/apt/lists/* /packages
# A container has one user, may bind no cores, and may not copy between processes.
ENV OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_btl_vader_single_copy_mechanism=none
WORKDIR /work
CMD ["gdm-sweep", "--help"]
