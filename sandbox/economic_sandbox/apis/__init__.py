"""Both families of APIs: the classic REST API and the OpenAPI services."""
