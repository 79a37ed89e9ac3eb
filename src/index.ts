/** Meshloom as a library. Published as `meshloom`. */
export {};
