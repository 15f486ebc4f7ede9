"""The civil registry, and clinics beside it, behind a stand-in of the e-government gateway.

On the synchronous channel (`/sync`): `CivilRegistry.RegisterBirth`, `.AnnulBirth`, `.Status`,
`.Person`, `.Acts`; `Clinics.Detach`, `Clinics.Status`. On the asynchronous one (`/async`):
`Clinics.Attach`, answered by a message that is to be fetched. Every answer is signed; the
certificate is at `/certificate`.
"""
